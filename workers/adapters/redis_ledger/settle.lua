-- KEYS documents, articles, ledger, due, batch
-- ARGV batch, token, resume, first_ms, most_ms, keep_articles, bounds of document_seconds in ms,
--      counts, documents, then each: entry, verdict ('' = vanished), quarantined field or '', counts,
--      events, (event, article)*
-- Acts only on what XACK counted: a second settlement of the same entry changes nothing.
if not held(KEYS[5], ARGV[2]) then return false end
local now = now_ms()
local bounds = words(ARGV[7])
local at = count_args(8)
local documents = tonumber(ARGV[at])
at = at + 1
local done, settled = {}, {}
for _ = 1, documents do
  local entry, verdict, quarantined = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  done[entry] = true
  local counted = redis.call('XACK', KEYS[1], GROUP, entry) == 1
  if counted then
    redis.call('XDEL', KEYS[1], entry)
    settled[#settled + 1] = entry
    count(verdict == '' and 'vanished' or verdict, 1)
    if quarantined ~= '' then count(quarantined, 1) end
    at = count_args(at + 3)
    local took = math.max(0, now - tonumber(string.match(entry, '^%d+')))
    local bound = 'inf'
    for i = #bounds, 1, -1 do if took <= tonumber(bounds[i]) then bound = bounds[i] end end
    count('h:document_seconds::' .. bound, 1)
    count('h:document_seconds::sum', took)
  else
    at = at + 4 + 2 * tonumber(ARGV[at + 3])
  end
  local events = tonumber(ARGV[at])
  for i = 1, events do
    if counted then
      redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*',
        'event', ARGV[at + 2 * i - 1], 'article', ARGV[at + 2 * i])
    end
  end
  at = at + 1 + 2 * events
end
write_counts(KEYS[3])
if #settled > 0 then redis.call('HSET', KEYS[3], 'last_finish_ms', now) end
local left = {}
for _, entry in ipairs(words(redis.call('HGET', KEYS[5], 'entries'))) do
  if not done[entry] then left[#left + 1] = entry end
end
if #left == 0 then
  redis.call('DEL', KEYS[5])
  redis.call('ZREM', KEYS[4], ARGV[1])
else
  local waits = redis.call('HINCRBY', KEYS[5], 'waits', 1)
  redis.call('HSET', KEYS[5], 'entries', table.concat(left, ' '), 'state', 'waiting', 'step', ARGV[3], 'sends', '0')
  if ARGV[3] == 'ingest' then redis.call('HSET', KEYS[5], 'ref', '') end
  redis.call('ZADD', KEYS[4], now + growing(ARGV[4], waits - 1, ARGV[5]), ARGV[1])
end
return settled
