-- Refuses what began by now, and shows who is a member.
--
-- KEYS[1], KEYS[2]  the term's
-- ARGV[1]  the handle of the exception, or zeros

local now = time()
sweep(now)
local at = bar_of()
redis.call('HSET', STAMPS, '', struct.pack('<I8', math.max(now, at or 0)) .. ARGV[1])
keep(now)
return { MEMBERS, now, members() }
