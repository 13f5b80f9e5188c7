-- KEYS ledger, due, batch   ARGV batch, token, step, first_ms, most_ms, counts
-- Not an attempt: the plant failed (store away, blob gone, shutdown), not the documents.
if not held(KEYS[3], ARGV[2]) then return 0 end
local waits = redis.call('HINCRBY', KEYS[3], 'waits', 1)
redis.call('HSET', KEYS[3], 'state', 'waiting', 'step', ARGV[3], 'sends', '0')
if ARGV[3] == 'ingest' then redis.call('HSET', KEYS[3], 'ref', '') end
redis.call('ZADD', KEYS[2], now_ms() + growing(ARGV[4], waits - 1, ARGV[5]), ARGV[1])
count_args(6)
write_counts(KEYS[1])
return 1
