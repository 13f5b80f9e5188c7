#!lua flags=allow-oom
-- Put before every ledger script. allow-oom: settling must run on a full server, it frees memory.
-- Deadlines come from this server's clock alone: two hosts' clocks are never compared.
local GROUP, CONSUMER = 'newsmill', 'mill'

local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function words(text)
  local list = {}
  for word in string.gmatch(text, '%S+') do list[#list + 1] = word end
  return list
end

-- Counts are summed here first: a batch names the same fields again and again.
local counts = {}
local function count(field, by) counts[field] = (counts[field] or 0) + by end

-- Counts field, increment pairs from ARGV[at] (their number) on; returns the next position.
local function count_args(at)
  local last = at + 2 * tonumber(ARGV[at])
  for i = at + 1, last, 2 do count(ARGV[i], tonumber(ARGV[i + 1])) end
  return last + 1
end

local function write_counts(ledger)
  for field, by in pairs(counts) do redis.call('HINCRBY', ledger, field, by) end
end

local function held(batch, token)
  local now = redis.call('HMGET', batch, 'state', 'token')
  return now[1] == 'running' and now[2] == token
end

-- first, 2 x first, 4 x first ... most
local function growing(first, times, most)
  return math.min(tonumber(first) * 2 ^ times, tonumber(most))
end
