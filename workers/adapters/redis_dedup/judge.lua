#!lua
-- How an article lies in the index, and when two are copies; dedup_rules.py says the same in Python.
-- body     seen_ms + 2^47 (6 bytes) distinct (4) looked_up (1) kept (1) numbers (1) publisher (4) place (4)
--          id length (1) id, sketch (4 each), numbers (4 each); all big-endian
-- record   how many groups (1), groups (5 each), then the body of the article
-- Everything is compared as numbers: the order of Lua strings follows the server's locale.
local call, sub, find = redis.call, string.sub, string.find
local HEAD, HUGE = '>I6I4BBBI4I4B', math.huge
local RULES = {'copy', 'few_samples', 'samples', 'same_publisher', 'other_numbers', 'both', 'form', 'numbers_alike',
  'numbers_needed', 'wording', 'own', 'same_place', 'votes', 'owners', 'compared_most', 'also', 'also_most'}
local FACTS_KEPT, GROUPS_KEPT = 16, 8

local formats = {}
local function numbers_format(count)
  local format = formats[count] or '>' .. string.rep('I4', count)
  formats[count] = format
  return format
end

local function read_article(body, at)
  local it = {body = body}
  it.seen, it.distinct, it.looked_up, it.kept, it.facts, it.publisher, it.place, it.length, it.id_at =
    struct.unpack(HEAD, body, at)
  it.sketch_at = it.id_at + it.length
  return it
end

local function id_of(it) return sub(it.body, it.id_at, it.sketch_at - 1) end

local function read_record(record)
  local count = string.byte(record)
  local it = read_article(record, 2 + 5 * count)
  it.groups = {struct.unpack('>' .. string.rep('I5', count), record, 2)}
  it.groups[count + 1] = nil
  return it
end

local function sketch_of(it)
  if not it.sketch then it.sketch = {struct.unpack(numbers_format(it.kept), it.body, it.sketch_at)} end
  return it.sketch
end

local function numbers_of(it)
  if not it.numbers then
    it.numbers = {struct.unpack(numbers_format(it.facts), it.body, it.sketch_at + 4 * it.kept)}
  end
  return it.numbers
end

local function up_to(values, count, limit)
  while count > 0 and values[count] > limit do count = count - 1 end
  return count
end

-- How many of the first `a` and `b` values are equal; those in `without` are passed over.
local function shared_of(ours, a, theirs, b, without)
  local i, j, shared = 1, 1, 0
  while i <= a and j <= b do
    local x, y = ours[i], theirs[j]
    if x == y then
      if not without or not without[x] then shared = shared + 1 end
      i, j = i + 1, j + 1
    elseif x < y then i = i + 1 else j = j + 1 end
  end
  return shared
end

-- The sizes of what two sketches both would hold: up to where one of fewer than all was cut.
local function comparable(new, a, old, b)
  local ours, theirs, limit = sketch_of(new), sketch_of(old), HUGE
  if new.distinct > a then limit = ours[a] end
  if old.distinct > b and theirs[b] < limit then limit = theirs[b] end
  return up_to(ours, a, limit), up_to(theirs, b, limit)
end

local function numbers_alike(new, old, needed)
  local a, b, limit = new.facts, old.facts, HUGE
  if a < needed or b < needed then return 1 end
  local ours, theirs = numbers_of(new), numbers_of(old)
  if a >= FACTS_KEPT then limit = ours[a] end
  if b >= FACTS_KEPT and theirs[b] < limit then limit = theirs[b] end
  a, b = up_to(ours, a, limit), up_to(theirs, b, limit)
  local fewer = math.min(a, b)
  return fewer == 0 and 1 or shared_of(ours, a, theirs, b) / fewer
end

local function own_share(new, old, wording)
  local a, b = comparable(new, new.looked_up, old, old.looked_up)
  local shared = shared_of(new.sketch, a, old.sketch, b, wording)
  if shared == 0 then return 0 end
  local ours, theirs = 0, 0
  for at = 1, a do if not wording[new.sketch[at]] then ours = ours + 1 end end
  for at = 1, b do if not wording[old.sketch[at]] then theirs = theirs + 1 end end
  return shared / math.min(ours, theirs)
end

local function is_same_place(new, old) return new.place ~= 0 and new.place == old.place end

local function needed_for(new, found, wording, form, rules)
  local old, needed = found.old, rules.copy
  if is_same_place(new, old) then return rules.same_place end
  local same_publisher = new.publisher ~= 0 and new.publisher == old.publisher
  if found.few then needed = math.max(needed, rules.few_samples) end
  if same_publisher then needed = math.max(needed, rules.same_publisher) end
  if found.other_numbers then needed = math.max(needed, rules.other_numbers) end
  if found.other_numbers and same_publisher then needed = math.max(needed, rules.both) end
  if found.other_numbers and form then needed = math.max(needed, rules.form) end
  if wording and own_share(new, old, wording) < rules.own then needed = math.max(needed, rules.wording) end
  return needed
end

-- How two articles lie to one another; nil when they share next to nothing.
local function pair(new, old, rules)
  local a, b = comparable(new, new.kept, old, old.kept)
  local shared = shared_of(new.sketch, a, old.sketch, b)
  if shared == 0 or shared < math.min(3, a, b) then return nil end
  local found = {old = old, of_new = shared / a, of_old = shared / b}
  found.score = math.max(found.of_new, found.of_old)
  found.rank = found.score + shared / (a + b - shared)
  found.numbers_alike = numbers_alike(new, old, rules.numbers_needed)
  found.other_numbers = found.numbers_alike < rules.numbers_alike
  found.few = (new.distinct > new.kept or old.distinct > old.kept) and math.min(a, b) < rules.samples
  return found
end

-- Like two articles, with numbers other than theirs, and theirs other than one another's: a form, whatever those
-- two were taken for.
local function is_form(pairs_found, rules)
  local first, others = nil, {}
  for _, found in ipairs(pairs_found) do
    if found.other_numbers and found.score >= rules.copy then
      others[#others + 1] = found.old
      if not first or found.old.sequence < first.sequence then first = found.old end
    end
  end
  for _, old in ipairs(others) do
    if old ~= first and numbers_alike(old, first, rules.numbers_needed) < rules.numbers_alike then return true end
  end
  return false
end

local function ranks_before(one, other)
  if one.rank ~= other.rank then return one.rank > other.rank end
  return one.old.sequence < other.old.sequence
end

local function kind_of(new, found)
  if is_same_place(new, found.old) then return 'p' end
  local longer = new.distinct / found.old.distinct
  if found.of_new >= 0.65 and longer < 0.8 then return 'd' end
  if longer > 1.5 and found.of_old >= 0.65 then return 'c' end
  if longer > 1.08 then
    if found.of_old >= 0.93 and found.numbers_alike >= 0.95 then return 'c' end
    if found.of_old >= 0.6 and (found.of_new < 0.8 or found.numbers_alike < 0.95) then return 'p' end
  end
  local is_alike = found.of_new >= 0.8 and found.of_old >= 0.8 and found.numbers_alike >= 0.8
  return (is_alike or found.numbers_alike >= 0.9) and 'n' or 'p'
end

local function are_disjoint(groups, others)
  for _, group in ipairs(groups) do
    for _, other in ipairs(others) do if group == other then return false end end
  end
  return true
end

local function join(groups, others)
  for _, other in ipairs(others) do
    if are_disjoint(groups, {other}) then groups[#groups + 1] = other end
  end
end

-- What else stands in the new article: pages that glue articles hold several.
local function further(matches, rules)
  local groups, found = {}, {}
  join(groups, matches[1].old.groups)
  for at = 2, #matches do
    local old = matches[at].old
    if #found < rules.also_most and matches[at].of_old >= rules.also and are_disjoint(groups, old.groups) then
      found[#found + 1] = old
      join(groups, old.groups)
    end
  end
  return found, groups
end

local function with_length(id) return string.char(#id) .. id end

local function thousandths(share) return math.floor(share * 1000 + 0.5) end

-- 'u', or the kind, both containments (2 bytes each, in thousandths), the best match and the further ones
local function verdict_of(new, matches, also)
  if #matches == 0 then return 'u' end
  local best = matches[1]
  local verdict = struct.pack('>c0I2I2', kind_of(new, best), thousandths(best.of_new), thousandths(best.of_old))
    .. with_length(id_of(best.old))
  for _, old in ipairs(also) do verdict = verdict .. with_length(id_of(old)) end
  return verdict
end
