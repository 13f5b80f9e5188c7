#!lua
-- Judges and claims, document by document: nothing comes between a verdict and its claim.
-- Answers false while the index is not built, but for its builder.
-- KEYS  built, then uid tables (the first is written), then content tables of ascending generation
-- ARGV  uid tables, window_ms, uid_ttl_ms, content_ttl_ms, '1' for the builder,
--       then each document: article id, content key, seen_ms, generation, its own content table in KEYS
-- uid table      article id  -> content key (8 bytes) generation ' ' verdict
-- content table  content key -> seen_ms ' ' article id of the first one
-- verdict        'u' for unique, or 'e' and the article id of the first one
local uid_tables, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local written, verdicts = {}, {}
if ARGV[5] ~= '1' and redis.call('EXISTS', KEYS[1]) == 0 then return false end

local function answered(article)
  for at = 2, 1 + uid_tables do
    local record = redis.call('HGET', KEYS[at], article)
    if record then return string.match(record, ' (.*)', 9) end
  end
end

local function judge(new, content, seen, own)
  for at = own - 2, own + 2 do  -- the generations that the window can reach; the oldest first one wins
    local first = redis.call('HGET', KEYS[at], content)
    if first then
      local first_seen, article = string.match(first, '^(%-?%d+) (.*)$')
      if article == new then return 'u' end  -- its verdict is forgotten, its claim not yet
      if math.abs(seen - tonumber(first_seen)) <= window then return 'e' .. article end
    end
  end
  return 'u'
end

for at = 6, #ARGV, 5 do
  local article, content, seen, own = ARGV[at], ARGV[at + 1], ARGV[at + 2], tonumber(ARGV[at + 4])
  local verdict = answered(article)
  if not verdict then
    verdict = judge(article, content, tonumber(seen), own)
    if verdict == 'u' then
      redis.call('HSET', KEYS[own], content, seen .. ' ' .. article)
      written[own] = ARGV[4]
    end
    redis.call('HSET', KEYS[2], article, content .. ARGV[at + 3] .. ' ' .. verdict)
    written[2] = ARGV[3]
  end
  verdicts[#verdicts + 1] = verdict
end

for at, ttl in pairs(written) do redis.call('PEXPIRE', KEYS[at], ttl) end
return verdicts
