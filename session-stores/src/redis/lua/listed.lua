-- A commit that makes its session a member of one term, where both are on one server: either all of it happens or nothing.
-- `admitted` and `committed` are admit.lua and commit.lua.
--
-- KEYS[1], KEYS[2]  the term's
-- KEYS[3]           the session
-- ARGV[1], ARGV[2]  as admit.lua has them
-- ARGV[3], ARGV[4]  as commit.lua has its two

local admission = admitted()
if admission[1] ~= ADMITTED then
  return admission
end
local answer = committed()
local is_made = answer[1] == COMMITTED or answer[1] == APPLIED or answer[1] == UNKNOWN
if not is_made and admission[3] == 1 then
  remove(string.sub(ARGV[1], 1, 16))
  keep(answer[2])
end
return answer
