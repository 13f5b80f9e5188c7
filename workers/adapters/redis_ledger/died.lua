-- KEYS due, batch   ARGV batch, task
local batch = redis.call('HMGET', KEYS[2], 'state', 'task')
if batch[1] ~= 'running' or batch[2] ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], 'state', 'dead')
redis.call('HINCRBY', KEYS[2], 'witnessed', 1)
redis.call('ZADD', KEYS[1], now_ms(), ARGV[1])
return 1
