-- KEYS due, batches...   ARGV batches...
local now, hastened = now_ms(), 0
for i, batch in ipairs(ARGV) do
  if redis.call('HGET', KEYS[i + 1], 'state') == 'queued' then
    redis.call('ZADD', KEYS[1], 'XX', now, batch)
    hastened = hastened + 1
  end
end
return hastened
