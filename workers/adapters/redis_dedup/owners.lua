-- The owners of a shingle with one more, or nil when there is no room; then the dead one that made room.
local function with_owner(owners, own, is_dead, most)
  if not owners then return own end
  if #owners < 5 * most then return owners .. own end
  for at = 1, #owners, 5 do
    local owner = sub(owners, at, at + 4)
    if is_dead[owner] then return sub(owners, 1, at - 1) .. sub(owners, at + 5) .. own, owner end
  end
end
