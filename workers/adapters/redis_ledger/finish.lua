-- KEYS ledger, due, batch   ARGV batch, token, next step, ref, queued_ms, counts
if not held(KEYS[3], ARGV[2]) then return 0 end
local now = now_ms()
redis.call('HSET', KEYS[3], 'state', 'queued', 'step', ARGV[3], 'ref', ARGV[4],
  'waits', '0', 'sends', '0', 'queued_at', now)
redis.call('ZADD', KEYS[2], now + ARGV[5], ARGV[1])
count_args(6)
write_counts(KEYS[1])
return 1
