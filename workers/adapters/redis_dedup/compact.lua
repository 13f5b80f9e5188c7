-- The compact layout: a field a bucket of shingles (3 bytes), its value entries of a tag (2 bytes) and a
-- sequence number (5 bytes). looked_up holds a bucket and a tag for each shingle.
local function owners_in(bucket, tag)
  local owners, at = '', find(bucket, tag, 1, true)
  while at do
    if at % 7 == 1 then
      owners, at = owners .. sub(bucket, at + 2, at + 6), at + 6
    end
    at = find(bucket, tag, at + 1, true)
  end
  return #owners > 0 and owners
end

local function places_of(looked_up, count)
  local fields, tags = {}, {}
  for at = 1, count do
    fields[at] = sub(looked_up, 5 * at - 4, 5 * at - 2)
    tags[at] = sub(looked_up, 5 * at - 1, 5 * at)
  end
  return {fields = fields, tags = tags, count = count}
end

local function fetch(key, places)
  local buckets, owners = call('HMGET', key, unpack(places.fields)), {}
  for at = 1, places.count do
    local bucket = buckets[at]
    owners[at] = bucket and owners_in(bucket, places.tags[at])
  end
  return owners, buckets
end

local function without(bucket, tag, owner)
  local entry = tag .. owner
  local at = find(bucket, entry, 1, true)
  while at and at % 7 ~= 1 do at = find(bucket, entry, at + 1, true) end
  return at and sub(bucket, 1, at - 1) .. sub(bucket, at + 7) or bucket
end

local function file(key, places, buckets, owners, own, is_dead, most)
  local changed, written = {}, {}
  for at = 1, places.count do
    local field, tag = places.fields[at], places.tags[at]
    local bucket = changed[field] or buckets[at] or ''
    local after, gone = with_owner(owners[at], own, is_dead, most)
    if after then
      if gone then bucket = without(bucket, tag, gone) end
      changed[field] = bucket .. tag .. own
    end
  end
  for field, bucket in pairs(changed) do
    written[#written + 1] = field
    written[#written + 1] = bucket
  end
  if #written > 0 then call('HSET', key, unpack(written)) end
end
