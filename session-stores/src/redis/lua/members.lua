-- Who is a member.
--
-- KEYS[1], KEYS[2]  the term's

local now = time()
sweep(now)
return { MEMBERS, now, members() }
