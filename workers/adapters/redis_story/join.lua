#!lua
-- Judges and joins, article by article: nothing comes between a judgement and its effect. The constants
-- and the reasons stand in story_vector.py and story_choice.py, whose verdicts these are.
-- Answers false while the index is not built, but for its builder.
-- KEYS  built, number, then five tables of each generation, ascending: records, under, counts, sizes, answers
-- ARGV  window_ms, ttl_ms, '1' for the builder, then each article: id, seen_ms, the place of its generation,
--       language, the article it is a copy of or '', its story when rebuilding or '', its terms
-- terms    each: hash (4 bytes), kind, weight
-- records  number -> seen_ms (8 bytes), lengths of words and of facts (4 each), has years, entries, then the
--          entries' hashes (4 each) and values (1 each), then the story
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

local function read_terms(packed)
  local terms = {}
  for at = 1, #packed, 6 do
    local hash, kind, weight = unpack_bytes('>I4BB', packed, at)
    terms[#terms + 1] = {hash = hash, kind = kind, weight = weight}
  end
  return terms
end

local function count(terms, language, own)
  local added, asked = {}, {}
  for at = 1, #terms + 1 do
    local slot = '#' .. string.format('%.0f', (at <= #terms and terms[at].hash or language) % SLOTS)
    local a, b = #added, #asked
    added[a + 1], added[a + 2], added[a + 3], added[a + 4] = 'INCRBY', 'u32', slot, 1
    asked[b + 1], asked[b + 2], asked[b + 3] = 'GET', 'u32', slot
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

local function weigh(terms, seen)
  local articles, squares, units = seen[#seen], {0, 0, 0}, {}
  for at, term in ipairs(terms) do
    local rarity = log((articles + PRIOR_ARTICLES) / (seen[at] + PRIOR_SEEN[term.kind + 1]))
    term.weight = term.weight * max(0, floor(RARITY_STEPS * rarity + 0.5))
    squares[block(term.kind)] = squares[block(term.kind)] + term.weight * term.weight
  end
  for b = 1, 3 do units[b] = sqrt(SHARES[b]) * UNIT / sqrt(max(1, squares[b])) end
  local vector = {entries = {}, kinds = {}, list = {}, words = 0, facts = 0, years = 0}
  for _, term in ipairs(terms) do
    local entry = floor(term.weight * units[block(term.kind)] + 0.5)
    if entry > 0 then
      term.entry = entry
      vector.entries[term.hash], vector.kinds[term.hash] = entry, term.kind
      vector.list[#vector.list + 1] = term
      if term.kind <= SHORT_WORD then vector.words = vector.words + entry * entry
      elseif term.kind < LEAD_NUMBER then vector.facts = vector.facts + entry * entry
      elseif term.kind == YEAR then vector.years = 1 end
    end
  end
  return vector
end

local function heaviest(vector)
  local whole, first = {}, {}
  for _, term in ipairs(vector.list) do
    if term.kind < LEAD_NUMBER then whole[#whole + 1] = term end
  end
  table.sort(whole, function(a, b)
    if a.entry ~= b.entry then return a.entry > b.entry end
    return a.hash < b.hash
  end)
  for at = 1, min(INDEXED_TERMS, #whole) do first[at] = struct.pack('>I4', whole[at].hash) end
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

local function similarity(new, record, entries)
  local words, facts, lead, years, shared, first, second = 0, 0, 0, 0, 0, 0, 0
  local hashes = {unpack_bytes('>' .. string.rep('I4', entries), record, 19)}
  local values = {string.byte(record, 19 + 4 * entries, 18 + 5 * entries)}
  for at = 1, entries do
    local own = new.entries[hashes[at]]
    if own then
      local product, kind = own * values[at], new.kinds[hashes[at]]
      if kind == YEAR then years = years + product
      elseif kind == LEAD_NUMBER then lead = lead + product
      else
        shared = shared + 1
        if kind <= SHORT_WORD then words = words + product
        else
          facts = facts + product
          if kind == NAME and product > second then first, second = max(first, product), min(first, product) end
        end
      end
    end
  end
  if shared < SHARED_LEAST or words + facts - first - second < BESIDE_NAME then return 0 end
  local old_words, old_facts, old_years = unpack_bytes('>I4I4B', record, 9)
  if words >= TEMPLATE_WORDS * sqrt(new.words * old_words)
    and facts < TEMPLATE_FACTS * sqrt(new.facts * old_facts) then return 0 end
  local score = words + facts + lead + years
  if new.years == 1 and old_years == 1 and years == 0 then return max(0, score - OTHER_YEARS) end
  return score
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
  local hashes, values = {}, {}
  for at, term in ipairs(vector.list) do
    hashes[at], values[at] = struct.pack('>I4', term.hash), string.char(term.entry)
  end
  write(own, 1, string.format('%.0f', number), struct.pack('>dI4I4BB', seen, vector.words, vector.facts, vector.years, #vector.list)
    .. table.concat(hashes) .. table.concat(values) .. story)
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
  local terms = read_terms(packed)
  local vector = weigh(terms, count(terms, language, own))
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
