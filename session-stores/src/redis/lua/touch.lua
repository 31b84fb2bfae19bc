-- session::store::decide_touch
--
-- KEYS[1]  the session
-- ARGV[1]  the proof of the secret, and the threshold in ms

local key = KEYS[1]
local proof, threshold = struct.unpack('<c32I8', ARGV[1])
local now = time()
local record = redis.call('GETRANGE', key, 0, HEADER_MAX - 1)
local kind = kind_of(record, now)

if kind == OTHER then
  return { UNREADABLE, now, redis.call('GET', key) }
end
if kind ~= RECORD then
  return { kind == TOMBSTONE and DELETED or ABSENT, now }
end
local refused = refusal(record, proof, now)
if refused then
  return { refused, now }
end

local stored, absolute = u64(record, IDLE_DEADLINE), u64(record, ABSOLUTE_DEADLINE)
local idle = idle_deadline(stored, absolute, now, record)
local gain = idle - stored
if gain <= 0 or gain < threshold then
  return { TOUCHED, now, stored }
end
-- In this order a server whose memory is full allows both: the first write is one that takes no memory.
redis.call('PEXPIRE', key, life(math.min(idle, absolute), u64(record, CREATED), now))
redis.call('SETRANGE', key, IDLE_DEADLINE, moment(idle))
return { TOUCHED, now, idle }
