#!lua
-- Judges and joins, article by article: nothing comes between a judgement and its effect. The constants
-- and the reasons stand in story_vector.py and story_choice.py, whose verdicts these are.
-- Answers false while the index is not built, but for its builder.
-- KEYS  built, number, then five tables of each generation, ascending: records, under, counts, sizes, answers
-- ARGV  window_ms, ttl_ms, '1' for the builder, then each article: id, seen_ms, the place of its generation,
--       language, the article it is a copy of or '', its story when rebuilding or '', its terms
-- terms    each: hash (4 bytes), kind, weight
-- records  number -> seen_ms (8 bytes), lengths of words and of facts (4 each), 1 for years + 2 for numbers in the
--          lead, entries, then the entries' hashes (4 each) and values (1 each), then the story
-- under    hash -> numbers (4 bytes each), the newest first
-- counts   one counter of 32 bits a slot: articles that hold a term, or are in a language
-- sizes    story -> articles, without copies        answers  article -> story, or story '\n' absorbed story
local WORD, SHORT_WORD, NAME, LEAD_NUMBER, YEAR = 0, 1, 2, 5, 6
local TABLES, REACH = 5, 2
local floor, log, sqrt, max, min, unpack_bytes = math.floor, math.log, math.sqrt, math.max, math.min, struct.unpack
local window, answers_given, written, live = tonumber(ARGV[1]), {}, {}, {}
if ARGV[3] ~= '1' and redis.call('EXISTS', KEYS[1]) == 0 then return false end

local function key(place, index) return KEYS[2 + (place - 1) * TABLES + index] end

local function is_live(place)
  if live[place] == nil then live[place] = redis.call('EXISTS', key(place, 5)) == 1 end
  return live[place]
end

local function write(place, index, ...)
  redis.call('HSET', key(place, index), ...)
  written[key(place, index)] = true
end

-- Arrays side by side: a table for each term would cost as much as all the comparing.
local function read_terms(packed)
  local count = #packed / 6
  local values = {unpack_bytes('>' .. string.rep('I4BB', count), packed)}
  local hashes, kinds, weights = {}, {}, {}
  for at = 1, count do
    hashes[at], kinds[at], weights[at] = values[3 * at - 2], values[3 * at - 1], values[3 * at]
  end
  return hashes, kinds, weights
end

local function count(hashes, language, own)
  local added, asked, a, b = {}, {}, 0, 0
  for at = 1, #hashes + 1 do
    local slot = '#' .. (hashes[at] or language) % SLOTS
    added[a + 1], added[a + 2], added[a + 3], added[a + 4] = 'INCRBY', 'u32', slot, 1
    asked[b + 1], asked[b + 2], asked[b + 3] = 'GET', 'u32', slot
    a, b = a + 4, b + 3
  end
  local seen = redis.call('BITFIELD', key(own, 3), unpack(added))
  written[key(own, 3)] = true
  if is_live(own - 1) then
    local before = redis.call('BITFIELD', key(own - 1, 3), unpack(asked))
    for at = 1, #seen do seen[at] = seen[at] + before[at] end
  end
  return seen
end

local function block(kind) return kind == LEAD_NUMBER and 2 or kind == YEAR and 3 or 1 end

local function weigh(hashes, kinds, weights, seen)
  local articles, squares, units = seen[#seen] + PRIOR_ARTICLES, {0, 0, 0}, {}
  for at = 1, #hashes do
    local kind = kinds[at]
    local rarity = log(articles / (seen[at] + PRIOR_SEEN[kind + 1]))
    local weight, of = weights[at] * max(0, floor(RARITY_STEPS * rarity + 0.5)), block(kind)
    weights[at] = weight
    squares[of] = squares[of] + weight * weight
  end
  for of = 1, 3 do units[of] = sqrt(SHARES[of]) * UNIT / sqrt(max(1, squares[of])) end
  local entries, kind_of, kept, ranked = {}, {}, {}, {}
  local words, facts, years, lead = 0, 0, 0, 0
  for at = 1, #hashes do
    local hash, kind = hashes[at], kinds[at]
    local entry = floor(weights[at] * units[block(kind)] + 0.5)
    if entry > 0 then
      entries[hash], kind_of[hash], kept[#kept + 1] = entry, kind, hash
      if kind < LEAD_NUMBER then
        -- one number to sort by: the heaviest first, then the lower hash
        ranked[#ranked + 1] = hash - entry * 4294967296
        if kind <= SHORT_WORD then words = words + entry * entry else facts = facts + entry * entry end
      elseif kind == YEAR then years = 1
      else lead = 1 end
    end
  end
  return {entries = entries, kinds = kind_of, hashes = kept, ranked = ranked, words = words, facts = facts,
    years = years, lead = lead}
end

local function heaviest(vector)
  local first = {}
  table.sort(vector.ranked)
  for at = 1, min(INDEXED_TERMS, #vector.ranked) do
    first[at] = struct.pack('>I4', vector.ranked[at] % 4294967296)
  end
  return first
end

local function find(vector, index, own)
  local votes, home, ranked, under_own = {}, {}, {}, {}
  for place = own - REACH, own + REACH do
    if #index > 0 and is_live(place) then
      local lists = redis.call('HMGET', key(place, 2), unpack(index))
      if place == own then under_own = lists end
      for at, list in ipairs(lists) do
        if list then
          local entry = vector.entries[unpack_bytes('>I4', index[at])]
          for from = 1, #list, 4 do
            local number = unpack_bytes('>I4', list, from)
            votes[number], home[number] = (votes[number] or 0) + entry, place
          end
        end
      end
    end
  end
  -- one number to sort by: votes, at most 2^12, then the newest; both falling
  for number, entry in pairs(votes) do ranked[#ranked + 1] = -(entry * 4294967296 + number) end
  table.sort(ranked)
  local found = {}
  for at = 1, min(COMPARED, #ranked) do
    local number = -ranked[at] % 4294967296
    found[at] = {number = number, place = home[number]}
  end
  return found, under_own
end

local formats = setmetatable({}, {__index = function(made, entries)
  made[entries] = '>' .. string.rep('I4', entries)
  return made[entries]
end})

local function similarity(new, record, entries)
  local words, facts, lead, years, score, shared, shared_words, first, second = 0, 0, 0, 0, 0, 0, 0, 0, 0
  local hashes = {unpack_bytes(formats[entries], record, 19)}
  local own_entries, own_kinds, from = new.entries, new.kinds, 18 + 4 * entries
  for at = 1, entries do
    local own = own_entries[hashes[at]]
    if own then
      local product, kind = own * string.byte(record, from + at), own_kinds[hashes[at]]
      score = score + product * SAYS[kind + 1]
      if kind == YEAR then years = years + product
      elseif kind == LEAD_NUMBER then lead = lead + product
      else
        shared = shared + 1
        if kind <= SHORT_WORD then words, shared_words = words + product, shared_words + 1
        else
          facts = facts + product
          if kind == NAME and product > second then first, second = max(first, product), min(first, product) end
        end
      end
    end
  end
  if shared < SHARED_LEAST or words + facts - first - second < BESIDE_NAME then return 0 end
  local old_words, old_facts, old_flags = unpack_bytes('>I4I4B', record, 9)
  if shared_words >= TEMPLATE_SHARED and words >= TEMPLATE_WORDS * sqrt(new.words * old_words)
    and facts < TEMPLATE_FACTS * sqrt(new.facts * old_facts) then return 0 end
  if new.years == 1 and old_flags % 2 == 1 and years == 0 then score = score - OTHER_YEARS end
  if new.lead == 1 and old_flags >= 2 and lead == 0 then score = score - OTHER_LEAD end
  return max(0, score)
end

local function compare(vector, found, seen)
  local asked, compared = {}, {}
  for at, each in ipairs(found) do
    local there = asked[each.place] or {numbers = {}, at = {}}
    asked[each.place] = there
    there.numbers[#there.numbers + 1], there.at[#there.at + 1] = string.format('%.0f', each.number), at
  end
  for place, there in pairs(asked) do
    for nth, record in ipairs(redis.call('HMGET', key(place, 1), unpack(there.numbers))) do
      found[there.at[nth]].record = record
    end
  end
  for _, each in ipairs(found) do
    if each.record and math.abs(seen - unpack_bytes('>d', each.record)) <= window then
      local entries = string.byte(each.record, 18)
      each.story = string.sub(each.record, 19 + 5 * entries)
      each.similarity = similarity(vector, each.record, entries)
      compared[#compared + 1] = each
    end
  end
  return compared
end

local function size(story, own)
  local articles = 0
  for place = own - REACH, own + REACH do
    if is_live(place) then articles = articles + (tonumber(redis.call('HGET', key(place, 4), story) or 0)) end
  end
  return articles
end

local function choose(compared, own)
  local stories, near = {}, {}
  for _, each in ipairs(compared) do
    if not near[each.story] then
      near[each.story] = {}
      stories[#stories + 1] = each.story
    end
    local scores = near[each.story]
    scores[#scores + 1] = each.similarity
  end
  local best, second, best_score, second_score = nil, nil, -1, -1
  for _, story in ipairs(stories) do
    local scores, sum = near[story], 0
    table.sort(scores, function(a, b) return a > b end)
    local taken = min(NEAREST, #scores)
    for at = 1, taken do sum = sum + scores[at] end
    local score = sum / taken
    if score > best_score then best, second, best_score, second_score = story, best, score, best_score
    elseif score > second_score then second, second_score = story, score end
  end
  if best_score < JOINS then return nil end
  if second_score < ABSORBS then return best end
  local kept, other = best, second
  if size(best, own) < size(second, own) then kept, other = second, best end
  if size(other, own) <= SMALL then return kept, other end
  return best
end

local function absorb(story, absorbed, compared, own)
  local moved = 0
  for _, each in ipairs(compared) do
    if each.story == absorbed then
      write(each.place, 1, string.format('%.0f', each.number), string.sub(each.record, 1, -#absorbed - 1) .. story)
      moved = moved + 1
    end
  end
  redis.call('HINCRBY', key(own, 4), story, moved)
end

local function file(vector, index, under_own, story, seen, own)
  local number = redis.call('INCR', KEYS[2])
  local hashes, values, count = vector.hashes, {}, #vector.hashes
  for at = 1, count do values[at] = string.char(vector.entries[hashes[at]]) end
  write(own, 1, string.format('%.0f', number),
    struct.pack('>dI4I4BB', seen, vector.words, vector.facts, vector.years + 2 * vector.lead, count)
    .. struct.pack(formats[count], unpack(hashes)) .. table.concat(values) .. story)
  redis.call('HINCRBY', key(own, 4), story, 1)
  written[key(own, 4)] = true
  if #index == 0 then return end
  local lists = {}
  for at, hash in ipairs(index) do
    lists[2 * at - 1] = hash
    lists[2 * at] = struct.pack('>I4', number) .. string.sub(under_own[at] or '', 1, 4 * (FOUND_A_TERM - 1))
  end
  write(own, 2, unpack(lists))
end

local function of_original(original, own)
  for place = own - REACH, own + REACH do
    local answer = is_live(place) and redis.call('HGET', key(place, 5), original)
    if answer then return string.match(answer, '^[^\n]*') end
  end
end

local function judge(article, seen, own, language, given, packed)
  local hashes, kinds, weights = read_terms(packed)
  local vector = weigh(hashes, kinds, weights, count(hashes, language, own))
  local index = heaviest(vector)
  local found, under_own = find(vector, index, own)
  local story, absorbed = given, nil
  if given == '' then
    local compared = compare(vector, found, seen)
    story, absorbed = choose(compared, own)
    if absorbed then absorb(story, absorbed, compared, own) end
  end
  story = story or article
  file(vector, index, under_own, story, seen, own)
  return absorbed and story .. '\n' .. absorbed or story
end

for at = 4, #ARGV, 7 do
  local article, seen, own = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local language, original, given = tonumber(ARGV[at + 3]), ARGV[at + 4], ARGV[at + 5]
  local answer = redis.call('HGET', key(own, 5), article)
  if not answer then
    local theirs = original ~= '' and of_original(original, own)
    answer = theirs and (given ~= '' and given or theirs)
      or judge(article, seen, own, language, given, ARGV[at + 6])
    write(own, 5, article, answer)
    live[own] = true
  end
  answers_given[#answers_given + 1] = answer
end

for table_key in pairs(written) do redis.call('PEXPIRE', table_key, ARGV[2]) end
return answers_given
