-- Refuses what a session was before a strict rotation, or refuses it for good.
--
-- KEYS[1]  the lineage's mark: as the argument that made it
-- ARGV[1]  how many rotations are enough from here on, and the nonce of the commit that says so; an end has none

local now = time()
local mark = redis.call('GET', KEYS[1])
if mark and #mark ~= 4 and #mark ~= 12 then
  return { UNREADABLE, now }
end
if (mark and (struct.unpack('<I4', mark)) or 0) < (struct.unpack('<I4', ARGV[1])) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', MARK_LIFE + SLACK)
  return { RAISED, now }
end
-- A write, though it changes nothing: what waits for replicas waits for the newest write of its own connection.
redis.call('PEXPIRE', KEYS[1], MARK_LIFE + SLACK)
local is_retry = #ARGV[1] == 12 and mark == ARGV[1]
return { is_retry and RAISED or STANDS, now }
