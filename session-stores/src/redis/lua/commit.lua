-- session::store::decide, in the same order: what is over, the nonce, then the secret, then the state.
--
-- KEYS[1]  the session
-- ARGV[1]  what is asked for, see `Orders` in script.rs
-- ARGV[2]  the record as drafted; what the store decides in its header is filled in here

local key, draft = KEYS[1], ARGV[2]
local bits, span, not_after, stamp, proof = struct.unpack('<I4I8I8c16c32', ARGV[1])
local function asks(order)
  return bit.band(bits, order) ~= 0
end

local now = time()
local present = redis.call('GET', key)
local kind = kind_of(present, now)
local nonce = part(draft, RING_NONCES, 8)

-- Without the last byte, which says which attempt it was of the commit.
local function is_in_ring()
  for place = 0, string.byte(present, RING_LENGTH + 1) - 1 do
    if part(present, RING_NONCES + 8 * place, 7) == string.sub(nonce, 1, 7) then
      return true
    end
  end
  return false
end

if kind == OTHER then
  return { UNREADABLE, now, present }
end
if kind == RECORD and now >= deadline_of(present) then
  return { EXPIRED, now }
end
if kind == RECORD and is_in_ring() then
  -- A write, though it changes nothing: what waits for replicas waits for the newest write of its own connection.
  redis.call('PEXPIRE', key, life(deadline_of(present), u64(present, CREATED), now))
  return { APPLIED, now, present }
end
if asks(CREATE) then
  if kind == RECORD then
    return { OCCUPIED, now }
  elseif kind == TOMBSTONE then
    return { DELETED, now }
  elseif now > not_after then
    return { TOO_LATE, now }
  end
else
  if kind ~= RECORD then
    return { kind == TOMBSTONE and DELETED or ABSENT, now }
  end
  local refused = refusal(present, proof, now)
  if refused then
    return { refused, now }
  end
  if part(present, REVISION, 8) .. part(present, RING_NONCES, 8) ~= stamp then
    -- Within the ring, an absent nonce proves that no earlier attempt was made.
    local ahead = u64(present, REVISION) - u64(stamp, 0)
    local is_within_ring = ahead >= 0 and ahead <= RING
    if asks(ANSWER_LOST) and not is_within_ring then
      return { UNKNOWN, now }
    end
    return { CONFLICT, now, present }
  end
end

-- session::store::Write::header
local before = kind == RECORD and present or nil
local created = before and u64(before, CREATED) or now
local authenticated_at = asks(AUTHENTICATES) and now or before and u64(before, AUTHENTICATED_AT) or 0
local rotates = asks(ROTATES) and 1 or 0
local rotates_strictly = asks(ROTATES_STRICTLY) and 1 or 0
local absolute, stored = nil, 0
if not asks(KEEP_ABSOLUTE) then
  absolute = (authenticated_at ~= 0 and authenticated_at or created) + span
elseif before then
  absolute, stored = u64(before, ABSOLUTE_DEADLINE), u64(before, IDLE_DEADLINE)
else
  absolute = now + u32(draft, IDLE_SPAN) * 1000
end
local idle = idle_deadline(stored, absolute, now, draft)

local function counted(at, more)
  return before and math.min(u32(before, at) + more, 4294967295) or 0
end

local function largest(at)
  return math.max(u32(draft, at), before and u32(before, at) or 0)
end

local ring_length, ring = 1, part(draft, RING_NONCES, 8 * RING)
if before then
  ring_length = math.min(RING, string.byte(before, RING_LENGTH + 1) + 1)
  ring = nonce .. part(before, RING_NONCES, 8 * (RING - 1))
end

local header = part(draft, 0, IDLE_DEADLINE)
  .. moment(idle)
  .. moment(absolute)
  .. moment(created)
  .. moment(authenticated_at)
  .. moment(before and rotates == 0 and u64(before, ROTATED_AT) or now)
  .. part(draft, IDLE_SPAN, 4)
  .. struct.pack('<I4I4', counted(ROTATIONS, rotates), counted(STRICT_ROTATIONS, rotates_strictly))
  .. moment((before and u64(before, REVISION) or 0) + 1)
  .. struct.pack('<I4I4', largest(SCHEMA_VERSION), largest(MIN_READER))
  .. part(draft, LINEAGE, RING_LENGTH - LINEAGE)
  .. string.char(ring_length)
  .. ring

announce(MESSAGE_CHANGED, part(header, REVISION, 8) .. nonce)
local kept = life(math.min(idle, absolute), created, now)
redis.call('SET', key, header .. string.sub(draft, RING_END + 1), 'PX', kept)
return { COMMITTED, now, header }
