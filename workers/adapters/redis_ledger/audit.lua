-- KEYS documents, ledger, due   Everything the equations need, at one moment.
local added, length, first = 0, 0, ''
local stream = redis.pcall('XINFO', 'STREAM', KEYS[1])
if not stream.err then
  for i = 1, #stream, 2 do
    if stream[i] == 'entries-added' then added = stream[i + 1] end
    if stream[i] == 'length' then length = stream[i + 1] end
    if stream[i] == 'first-entry' and stream[i + 1] then first = stream[i + 1][1] end
  end
end
local pending = redis.pcall('XPENDING', KEYS[1], GROUP)
local count = 0
if not pending.err then count = pending[1] end
local now = now_ms()
local due = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')[2] or now
return {added, length, count, redis.call('ZCARD', KEYS[3]), first, tostring(now), redis.call('HGETALL', KEYS[2]),
  tostring(math.max(0, now - due))}
