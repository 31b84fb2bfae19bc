-- Refuses what began by now, and shows who is a member. Who is to end already is no exception.
--
-- KEYS[1], KEYS[2]  the term's
-- ARGV[1]  the handle of the exception, or zeros

local now = time()
sweep(now)
local at, except = bar_of()
local spared = string.sub(ARGV[1], 1, 16)
local added = standing_of(spared)
if added and dooms(at, except, spared, added) then
  spared = string.rep('\0', 16)
end
redis.call('HSET', STAMPS, '', struct.pack('<I8', math.max(now, at or 0)) .. spared)
keep(now)
return { MEMBERS, now, members() }
