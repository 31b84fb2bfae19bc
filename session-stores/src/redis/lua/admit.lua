-- Makes a session a member, if it may be one.
--
-- KEYS[1], KEYS[2]  the term's
-- ARGV[1]  what is asked for, see `Admission` in index.rs
-- ARGV[2]  the members that have been ended to make room, each a handle and the stamp that it was seen with

local now = time()
local handle, stamp, since, deadline, most, authenticates =
  struct.unpack('<c16c16I8I8I4I4', ARGV[1])

for at = 1, #ARGV[2], 32 do
  local evicted = string.sub(ARGV[2], at, at + 15)
  local packed = redis.call('HGET', STAMPS, evicted)
  if packed and string.sub(packed, 9) == string.sub(ARGV[2], at + 16, at + 31) then
    remove(evicted)
  end
end
sweep(now)

if authenticates == 1 and since + LOGIN_LIFE < now then
  return { TOO_LATE, now }
end
local added = standing_of(handle)
local at, except = bar_of()
if dooms(at, except, handle, math.min(added or since, since)) then
  return { REVOKED, now }
end
if not added and most > 0 then
  local doomed = at and #doomed_of(at, except) or 0
  if redis.call('ZCARD', ROLL) - doomed >= most then
    return { FULL, now, members() }
  end
end
redis.call('ZADD', ROLL, deadline, handle)
redis.call('HSET', STAMPS, handle, struct.pack('<I8', added or now) .. stamp)
keep(now)
return { ADMITTED, now, added and 0 or 1 }
