-- KEYS due, batch   ARGV batch, token, running_ms
if not held(KEYS[2], ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], now_ms() + ARGV[3], ARGV[1])
return 1
