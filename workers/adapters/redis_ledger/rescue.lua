-- KEYS ledger, due, batch   ARGV batch, queued_ms, queued_most_ms, running_ms, witnessed, unwitnessed
-- Any number of reconcilers may run: what is to be done is noted here, in the same step that says it.
local now = now_ms()
local due = redis.call('ZSCORE', KEYS[2], ARGV[1])
local batch = redis.call('HMGET', KEYS[3], 'state', 'step', 'entries', 'sends', 'witnessed', 'unwitnessed', 'token')
if not batch[1] then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {'none'}
end
if not due or tonumber(due) > now then return {'none'} end
local state, step, entries, sends = batch[1], batch[2], batch[3], tonumber(batch[4])
local witnessed, unwitnessed = tonumber(batch[5]), tonumber(batch[6])

local function send(cause)
  redis.call('HSET', KEYS[3], 'state', 'queued', 'sends', sends + 1, 'queued_at', now)
  redis.call('ZADD', KEYS[2], now + growing(ARGV[2], sends, ARGV[3]), ARGV[1])
  if cause ~= '' then redis.call('HINCRBY', KEYS[1], 'rescues:' .. cause, 1) end
  redis.call('HINCRBY', KEYS[1], 'batches_sent:rescue', 1)
  return {'send', step, entries, batch[7], witnessed + unwitnessed, cause}
end

if state == 'waiting' then return send('') end
if state == 'queued' then return send('lost') end
if state == 'running' then
  unwitnessed = redis.call('HINCRBY', KEYS[3], 'unwitnessed', 1)
  redis.call('HSET', KEYS[3], 'state', 'dead')
end
redis.call('HINCRBY', KEYS[1], 'batches:' .. step .. ':died', 1)
local missed_once = witnessed == 0 and unwitnessed == 1
if #words(entries) > 1 and missed_once then return send('died') end  -- a worker stopped or slow, likelier than poison
if #words(entries) > 1 then
  redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])  -- should this reconciler die before it splits
  redis.call('HINCRBY', KEYS[1], 'rescues:died', 1)
  return {'split', step, entries, batch[7], witnessed + unwitnessed, 'died'}
end
if witnessed < tonumber(ARGV[5]) and unwitnessed < tonumber(ARGV[6]) then return send('died') end
local token = tostring(redis.call('HINCRBY', KEYS[3], 'token', 1))
redis.call('HSET', KEYS[3], 'state', 'running', 'task', 'reconciler')
redis.call('ZADD', KEYS[2], now + ARGV[4], ARGV[1])
redis.call('HINCRBY', KEYS[1], 'rescues:poison', 1)
return {'poison', step, entries, token, witnessed + unwitnessed, 'poison'}
