-- KEYS documents, ledger, due, new batch, batches...   ARGV new batch, queued_ms, batches...
-- Heals what only strangers can do to the stream: XDEL and XTRIM (counted as vanished), and
-- XGROUP DELCONSUMER (delivered entries that nobody holds: taken into a batch again).
-- A batch made since the caller listed them would look like orphans: then the caller comes again.
local info = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if info.err then return {0, 0} end
local delivered
for _, group in ipairs(info) do
  local named = {}
  for i = 1, #group, 2 do named[group[i]] = group[i + 1] end
  if named.name == GROUP then delivered = named['last-delivered-id'] end
end
if not delivered then return {0, 0} end
if redis.call('ZCARD', KEYS[3]) ~= #KEYS - 4 then return {-1, 0} end
local owned = {}
for i = 5, #KEYS do
  if not redis.call('ZSCORE', KEYS[3], ARGV[i - 2]) then return {-1, 0} end
  for _, entry in ipairs(words(redis.call('HGET', KEYS[i], 'entries') or '')) do owned[entry] = true end
end
local pending, vanished = {}, 0
local from = '-'
while true do
  local page = redis.call('XPENDING', KEYS[1], GROUP, from, '+', 1000)
  for _, row in ipairs(page) do pending[row[1]] = true end
  if #page < 1000 then break end
  from = '(' .. page[#page][1]
end
-- Settled entries are deleted, so what stands up to the last delivered one is in flight: few.
local there, orphans = {}, {}
from = '-'
while true do
  local got = redis.call('XRANGE', KEYS[1], from, delivered, 'COUNT', 1)
  if #got == 0 then break end
  local entry = got[1][1]
  there[entry] = true
  if not owned[entry] and #orphans < 64 then orphans[#orphans + 1] = entry end
  from = '(' .. entry
end
for entry in pairs(pending) do
  if not there[entry] then
    redis.call('XACK', KEYS[1], GROUP, entry)
    vanished = vanished + 1
  end
end
local stream = redis.call('XINFO', 'STREAM', KEYS[1])
local added, length
for i = 1, #stream, 2 do
  if stream[i] == 'entries-added' then added = stream[i + 1] end
  if stream[i] == 'length' then length = stream[i + 1] end
end
local counted = 0
for _, value in ipairs(redis.call('HMGET', KEYS[2], 'stored', 'duplicate', 'quarantined', 'vanished')) do
  counted = counted + tonumber(value or 0)
end
local deleted_unread = added - length - counted - vanished
if deleted_unread > 0 then vanished = vanished + deleted_unread end
if vanished > 0 then redis.call('HINCRBY', KEYS[2], 'vanished', vanished) end
if #orphans > 0 then
  local claim = {'XCLAIM', KEYS[1], GROUP, CONSUMER, 0}
  for _, entry in ipairs(orphans) do claim[#claim + 1] = entry end
  claim[#claim + 1] = 'FORCE'
  claim[#claim + 1] = 'JUSTID'
  redis.call(unpack(claim))
  local now = now_ms()
  redis.call('HSET', KEYS[4], 'state', 'queued', 'step', 'ingest', 'token', '0',
    'entries', table.concat(orphans, ' '), 'ref', '', 'waits', '0', 'sends', '0',
    'witnessed', '0', 'unwitnessed', '0', 'queued_at', now, 'bytes', '0', 'reason', 'rescue')
  redis.call('ZADD', KEYS[3], now, ARGV[1])
end
return {vanished, #orphans}
