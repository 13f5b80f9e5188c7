-- KEYS due, parent, singles...   ARGV parent, queued_ms, singles...
if redis.call('HGET', KEYS[2], 'state') ~= 'dead' then return 0 end
local entries = words(redis.call('HGET', KEYS[2], 'entries'))
if #entries ~= #KEYS - 2 then return 0 end
local now = now_ms()
for i, entry in ipairs(entries) do
  redis.call('HSET', KEYS[i + 2], 'state', 'queued', 'step', 'ingest', 'token', '0', 'entries', entry, 'ref', '',
    'waits', '0', 'sends', '0', 'witnessed', '0', 'unwitnessed', '0', 'queued_at', now, 'bytes', '0', 'reason', 'rescue')
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[i + 2])
end
redis.call('DEL', KEYS[2])
redis.call('ZREM', KEYS[1], ARGV[1])
return 1
