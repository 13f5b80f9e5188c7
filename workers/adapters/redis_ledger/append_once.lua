#!lua
-- KEYS documents, once   ARGV ttl_s, documents, then each: fields, (name, value)*
-- Without allow-oom: a full ledger must refuse new documents.
local known = redis.call('GET', KEYS[2])
if known then return known end
local ids, at = {}, 3
for _ = 1, tonumber(ARGV[2]) do
  local last = at + 2 * tonumber(ARGV[at])
  ids[#ids + 1] = redis.call('XADD', KEYS[1], '*', unpack(ARGV, at + 1, last))
  at = last + 1
end
local answer = table.concat(ids, ' ')
redis.call('SET', KEYS[2], answer, 'EX', ARGV[1])
return answer
