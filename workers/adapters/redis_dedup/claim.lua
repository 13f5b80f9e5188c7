-- Judges and claims, document by document: nothing comes between a verdict and its claim.
-- Answers false while the index is not built, but for its builder.
-- KEYS  built, sequence, then uid tables (the first is written), then for each generation that can be
--       reached, ascending: its content, posting and record table
-- ARGV  uid tables, window_ms, uid_ttl_ms, content_ttl_ms, '1' for the builder, what `built` says when this
--       index is, the rules in the order of RULES, then each document: id, content key (8 bytes) and generation (4), which of the generations
--       is its own, body, looked_up (5 bytes each)
-- uid table      id -> content key, generation, sequence (5 bytes), verdict
-- content table  content key -> seen (6 bytes), id of the first one
-- record table   sequence (5 bytes) -> record, of what is no copy
-- An answer is how many were compared (one byte, 255 for a first answer given again) and the verdict.
local uid_tables, window, rules = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
local FIRST, GENERATIONS = 7 + #RULES, 2 + uid_tables
if ARGV[5] ~= '1' and call('GET', KEYS[1]) ~= ARGV[6] then return false end
for at, name in ipairs(RULES) do rules[name] = tonumber(ARGV[6 + at]) end
local documents = (#ARGV - FIRST + 1) / 5
local sequence = call('INCRBY', KEYS[2], documents) - documents
local exists, written, answers = {}, {}, {}
for at = 3, #KEYS do exists[at] = documents < 3 or call('EXISTS', KEYS[at]) == 1 end  -- for few it is dearer than to look

local function note_written(at, ttl) exists[at], written[at] = true, ttl end

local function answered(id)
  for at = 3, GENERATIONS do
    local record = exists[at] and call('HGET', KEYS[at], id)
    if record then return sub(record, 18) end
  end
end

local function content_at(generation) return GENERATIONS + 3 * generation - 2 end

-- The generations that the window can reach; the oldest first one wins.
local function exact(id, content, seen, own)
  for generation = own - 2, own + 2 do
    local at = content_at(generation)
    local first = exists[at] and call('HGET', KEYS[at], content)
    if first and math.abs(seen - struct.unpack('>I6', first)) <= window then
      local original = sub(first, 7)
      if original == id then return 'u' end  -- its verdict is forgotten, its claim not yet
      return 'e' .. with_length(original)
    end
  end
end

local function owners_within_reach(new, places, own)
  local reached, votes, home, held = {}, {}, {}, {}
  for generation = own - 2, own + 2 do
    local at = content_at(generation) + 1
    if exists[at] or generation == own then
      local owners, buckets = {}, {}
      if exists[at] then owners, buckets = fetch(KEYS[at], places) end
      reached[#reached + 1] = owners
      if generation == own then held = {owners = owners, buckets = buckets} end
      for each = 1, new.looked_up do
        local them = owners[each]
        if them then
          for from = 1, #them, 5 do
            local owner = sub(them, from, from + 4)
            votes[owner] = (votes[owner] or 0) + 1
            home[owner] = at + 1
          end
        end
      end
    end
  end
  return reached, votes, home, held
end

-- Those with most votes, the earlier first: at most rules.compared_most.
local function worth_comparing(votes, looked_up, rules)
  local worth, needed = {}, math.min(rules.votes, looked_up)
  for owner, count in pairs(votes) do
    if count >= needed then
      worth[#worth + 1] = {owner = owner, votes = count, sequence = (struct.unpack('>I5', owner))}
    end
  end
  if #worth > 1 then
    table.sort(worth, function(one, other)
      if one.votes ~= other.votes then return one.votes > other.votes end
      return one.sequence < other.sequence
    end)
  end
  return worth
end

local function read_worth(new, worth, home, rules)
  local olds, is_dead, count = {}, {}, 0
  for at = 1, math.min(#worth, rules.compared_most) do
    local owner = worth[at].owner
    local record = call('HGET', KEYS[home[owner]], owner)
    if not record then
      is_dead[owner] = true  -- released; its place in the postings is free
    else
      local old = read_record(record)
      if math.abs(new.seen - old.seen) <= window then
        old.sequence, olds[owner], count = worth[at].sequence, old, count + 1
      end
    end
  end
  return olds, is_dead, count
end

-- Shingles that two articles own which go back to nothing in common; nil when there is none.
local function wording_of(new, reached, olds)
  local wording = nil
  for at = 1, new.looked_up do
    local first = nil
    for _, owners in ipairs(reached) do
      local them = owners[at] or ''
      for from = 1, #them, 5 do
        local old = olds[sub(them, from, from + 4)]
        if old and first and are_disjoint(first.groups, old.groups) then
          wording = wording or {}
          wording[sketch_of(new)[at]] = true
        end
        first = first or old
      end
    end
  end
  return wording
end

-- What the article is a copy of or holds, best first.
local function matches_of(new, olds, wording)
  local found, matches = {}, {}
  for _, old in pairs(olds) do found[#found + 1] = pair(new, old, rules) end
  local form = is_form(found, rules)
  for _, each in ipairs(found) do
    if each.score >= needed_for(new, each, wording, form, rules) then matches[#matches + 1] = each end
  end
  if #matches > 1 then table.sort(matches, ranks_before) end
  return matches
end

local function file_record(new, groups, own, number, at)
  local count = math.min(#groups, GROUPS_KEPT)
  local record = string.char(count)
  for each = 1, count do record = record .. struct.pack('>I5', groups[each]) end
  call('HSET', KEYS[at], own, record .. new.body)
  note_written(at, ARGV[4])
end

local function judge(id, content, body, looked_up, own, number)
  local new = read_article(body, 1)
  local verdict = exact(id, content, new.seen, own)
  if verdict then return verdict, 0 end
  local at, count = content_at(own), 0
  local matches, also, groups, held, is_dead = {}, {}, {number}, nil, {}
  local places = places_of(looked_up, new.looked_up)
  if new.looked_up > 0 then
    local reached, votes, home, olds
    reached, votes, home, held = owners_within_reach(new, places, own)
    local worth = worth_comparing(votes, new.looked_up, rules)
    if #worth > 0 then
      olds, is_dead, count = read_worth(new, worth, home, rules)
      matches = matches_of(new, olds, count > 1 and wording_of(new, reached, olds) or nil)
      if #matches > 0 then also, groups = further(matches, rules) end
    end
  end
  verdict = verdict_of(new, matches, also)
  call('HSET', KEYS[at], content, sub(body, 1, 6) .. id)
  note_written(at, ARGV[4])
  local kind = string.byte(verdict)
  if kind ~= 110 and kind ~= 100 then  -- n, d: for a copy the original answers
    local owner = struct.pack('>I5', number)
    file_record(new, groups, owner, number, at + 2)
    if held then
      file(KEYS[at + 1], places, held.buckets, held.owners, owner, is_dead, rules.owners)
      note_written(at + 1, ARGV[4])
    end
  end
  return verdict, count
end

for at = FIRST, #ARGV, 5 do
  local id, claim, own = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  sequence = sequence + 1
  local verdict, compared = answered(id), 255
  if not verdict then
    verdict, compared = judge(id, sub(claim, 1, 8), ARGV[at + 3], ARGV[at + 4], own, sequence)
    call('HSET', KEYS[3], id, claim .. struct.pack('>I5', sequence) .. verdict)
    note_written(3, ARGV[3])
  end
  answers[#answers + 1] = string.char(compared) .. verdict
end

written[2] = math.max(tonumber(ARGV[3]), tonumber(ARGV[4]))  -- as long as anything that bears its numbers
for at, ttl in pairs(written) do call('PEXPIRE', KEYS[at], ttl) end
return answers
