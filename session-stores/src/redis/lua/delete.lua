-- Ends a session, and leaves the mark that stops its delayed create. Where nothing lived nothing is left.
--
-- KEYS[1]  the session

local key = KEYS[1]
local now = time()
local value = redis.call('GETRANGE', key, 0, HEADER_MAX - 1)
local kind = kind_of(value, now)

-- What cannot be read is ended, too: it may be the session of a newer program, and logging out always wins.
local lives = kind == OTHER or kind == RECORD and now < deadline_of(value)
if not lives then
  if kind == TOMBSTONE then
    -- A write, though it changes nothing: what waits for replicas waits for the newest write of its own connection.
    redis.call('PEXPIRE', key, u64(value, TOMBSTONE_UNTIL) - now + SLACK)
  end
  return { NOTHING_THERE, now }
end
announce(MESSAGE_ENDED, '')
-- Two commands, so that a server whose memory is full allows it: the first one gives memory back.
redis.call('DEL', key)
redis.call('SET', key, string.char(TOMBSTONE_FORMAT) .. moment(now + TOMBSTONE_LIFE), 'PX', TOMBSTONE_LIFE + SLACK)
return { ENDED, now }
