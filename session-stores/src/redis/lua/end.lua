-- Ends a session, and leaves the mark that stops its delayed create, also where there is none yet.
--
-- KEYS[1]  the session

local key = KEYS[1]
local now = time()
local value = redis.call('GETRANGE', key, 0, HEADER_MAX - 1)
local kind = kind_of(value, now)
local lives = kind == OTHER or kind == RECORD and now < deadline_of(value)
announce(MESSAGE_ENDED, '')
redis.call('DEL', key)
redis.call('SET', key, string.char(TOMBSTONE_FORMAT) .. moment(now + TOMBSTONE_LIFE), 'PX', TOMBSTONE_LIFE + SLACK)
return { lives and ENDED or NOTHING_THERE, now }
