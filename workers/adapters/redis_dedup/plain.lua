-- The plain layout: a field a shingle (5 bytes), its value the sequence numbers (5 bytes each) of its owners.
local function places_of(looked_up, count)
  local fields = {}
  for at = 1, count do fields[at] = sub(looked_up, 5 * at - 4, 5 * at) end
  return fields
end

local function fetch(key, fields) return call('HMGET', key, unpack(fields)) end

local function file(key, fields, _, owners, own, is_dead, most)
  local written = {}
  for at = 1, #fields do
    local field = fields[at]
    local after = with_owner(owners[at], own, is_dead, most)
    if after then
      written[#written + 1] = field
      written[#written + 1] = after
    end
  end
  if #written > 0 then call('HSET', key, unpack(written)) end
end
