-- KEYS documents, ledger, due, batch   ARGV batch, documents, bytes, window, queued_ms
-- Reading and recording are one step: an entry is never delivered without a batch that holds it.
local known = redis.call('HMGET', KEYS[4], 'entries', 'bytes', 'reason')
if known[1] then return known end  -- the reply to the first call was lost
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[4]) then return {'', '0', 'window'} end
local DOORS = {cli = true, http = true, queue = true, feed = true}
local ids, doors, bytes, reason = {}, {}, 0, 'idle'
while true do
  if #ids == tonumber(ARGV[2]) then reason = 'full' break end
  if bytes >= tonumber(ARGV[3]) then reason = 'bytes' break end
  local got = redis.pcall('XREADGROUP', 'GROUP', GROUP, CONSUMER, 'COUNT', 1, 'STREAMS', KEYS[1], '>')
  if got and got.err then
    if not string.find(got.err, 'NOGROUP') then return got end
    -- at 0, never $: what a stranger added before the first start counts too
    redis.call('XGROUP', 'CREATE', KEYS[1], GROUP, '0', 'MKSTREAM')
    got = redis.call('XREADGROUP', 'GROUP', GROUP, CONSUMER, 'COUNT', 1, 'STREAMS', KEYS[1], '>')
  end
  if not got then break end
  local entry = got[1][2][1]
  local door = 'stream'
  for i = 1, #entry[2], 2 do
    bytes = bytes + #entry[2][i] + #entry[2][i + 1]
    if entry[2][i] == 'door' and DOORS[entry[2][i + 1]] then door = entry[2][i + 1] end
  end
  doors[door] = (doors[door] or 0) + 1
  ids[#ids + 1] = entry[1]
end
if #ids == 0 then return false end
local now = now_ms()
local entries = table.concat(ids, ' ')
redis.call('HSET', KEYS[4], 'state', 'queued', 'step', 'ingest', 'token', '0', 'entries', entries, 'ref', '',
  'waits', '0', 'sends', '0', 'witnessed', '0', 'unwitnessed', '0', 'queued_at', now,
  'bytes', bytes, 'reason', reason)
redis.call('ZADD', KEYS[3], now + ARGV[5], ARGV[1])
local size = 1
while size < #ids do size = size * 2 end
redis.call('HINCRBY', KEYS[2], 'h:batch_documents::' .. size, 1)
redis.call('HINCRBY', KEYS[2], 'h:batch_documents::sum', #ids)
redis.call('HINCRBY', KEYS[2], 'batches_sent:' .. reason, 1)
redis.call('HINCRBY', KEYS[2], 'document_bytes', bytes)
for door, count in pairs(doors) do redis.call('HINCRBY', KEYS[2], 'read:' .. door, count) end
return {entries, tostring(bytes), reason}
