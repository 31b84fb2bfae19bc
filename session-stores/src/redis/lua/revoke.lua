-- Refuses all that a principal has authenticated up to now.
--
-- KEYS[1]  the principal's mark: a moment

local now = time()
local mark = redis.call('GET', KEYS[1])
if mark and #mark ~= 8 then
  return { UNREADABLE, now }
end
-- The clock of a server that has taken over may be behind, and a mark never goes back.
local moment = math.max(now, mark and (struct.unpack('<I8', mark)) or 0)
redis.call('SET', KEYS[1], struct.pack('<I8', moment), 'PX', MARK_LIFE + SLACK)
return { MARKED, now, moment }
