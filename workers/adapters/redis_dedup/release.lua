#!lua flags=allow-oom
-- Forgets articles. With allow-oom: it only frees. Postings stay: they find no record, and the next
-- owner takes their place.
-- KEYS  uid tables, then for each generation its content and record table
-- ARGV  uid tables, then each article: id, content key, sequence (5 bytes), which of the generations
local uid_tables = tonumber(ARGV[1])
for at = 2, #ARGV, 4 do
  local id, content, generation = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 3])
  local contents, records = KEYS[uid_tables + 2 * generation - 1], KEYS[uid_tables + 2 * generation]
  for uid = 1, uid_tables do redis.call('HDEL', KEYS[uid], id) end
  local first = redis.call('HGET', contents, content)
  if first and string.sub(first, 7) == id then redis.call('HDEL', contents, content) end
  redis.call('HDEL', records, ARGV[at + 2])
end
