-- KEYS due, batch   ARGV batch, step, task, running_ms
-- A message is only a hint: it may be lost, doubled or late. The record says whether it still holds.
local batch = redis.call('HMGET', KEYS[2], 'state', 'step', 'token', 'entries', 'ref', 'waits', 'queued_at', 'task')
if not batch[1] or batch[2] ~= ARGV[2] then return false end
local again = batch[1] == 'running' and batch[8] == ARGV[3]  -- the reply to the first call was lost
if batch[1] ~= 'queued' and not again then return false end
local now = now_ms()
local token = batch[3]
if not again then
  token = tostring(redis.call('HINCRBY', KEYS[2], 'token', 1))
  redis.call('HSET', KEYS[2], 'state', 'running', 'task', ARGV[3])
end
redis.call('ZADD', KEYS[1], now + ARGV[4], ARGV[1])
return {token, batch[4], batch[5], batch[6], tostring(math.max(0, now - batch[7]))}
