-- Makes a session a member, if it may be one.
--
-- KEYS[1], KEYS[2]  the term's
-- ARGV[1]  what is asked for, see `Admission` in index.rs
-- ARGV[2]  the members that have been ended to make room, each a handle and the stamp that it was seen with

local now = time()
local handle, revision, nonce, since, deadline, most, authenticates =
  struct.unpack('<c16I8c8I8I8I4I4', ARGV[1])

for at = 1, #ARGV[2], 32 do
  local evicted = string.sub(ARGV[2], at, at + 15)
  local packed = redis.call('HGET', STAMPS, evicted)
  if packed and string.sub(packed, 9) == string.sub(ARGV[2], at + 16, at + 31) then
    remove(evicted)
  end
end
sweep(now)
if #ARGV[2] > 0 then
  keep(now)
end

if authenticates == 1 and since + LOGIN_LIFE < now then
  return { TOO_LATE, now }
end
local added, highest = standing_of(handle)
local at, except = bar_of()
if dooms(at, except, handle, math.min(added or since, since)) then
  return { REVOKED, now }
end
if not added and most < NO_LIMIT then
  local doomed = at and #doomed_of(at, except) or 0
  if redis.call('ZCARD', ROLL) - doomed >= most then
    return { FULL, now, members() }
  end
end
-- Another commit may have said that it lives longer, or that it is of a later revision, and this one may be refused yet.
redis.call('ZADD', ROLL, 'GT', deadline, handle)
redis.call('HSET', STAMPS, handle, struct.pack('<I8I8', added or now, math.max(revision, highest or 0)) .. nonce)
keep(now)
return { ADMITTED, now, added and 0 or 1 }
