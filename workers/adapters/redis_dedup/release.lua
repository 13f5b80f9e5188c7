#!lua flags=allow-oom
-- Forgets articles. With allow-oom: it only frees.
-- KEYS  uid tables, then content tables
-- ARGV  uid tables, then each article: its id, its content key, its content table in KEYS
local uid_tables = tonumber(ARGV[1])
for at = 2, #ARGV, 3 do
  local article, content, table_key = ARGV[at], ARGV[at + 1], KEYS[tonumber(ARGV[at + 2])]
  for uid = 1, uid_tables do redis.call('HDEL', KEYS[uid], article) end
  local first = redis.call('HGET', table_key, content)
  if first and string.match(first, '^%-?%d+ (.*)$') == article then redis.call('HDEL', table_key, content) end
end
