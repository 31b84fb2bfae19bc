-- What stands under a session's key, read by the layout that the constants above give (session::record::layout).
-- Offsets count from zero, as they do there.

local function part(value, at, length)
  return string.sub(value, at + 1, at + length)
end

-- Milliseconds stay below 2^53, so that a number of Lua holds them exactly.
local function u64(value, at)
  return (struct.unpack('<I8', value, at + 1))
end

local function u32(value, at)
  return (struct.unpack('<I4', value, at + 1))
end

local function moment(millis)
  return struct.pack('<I8', millis)
end

local function has(value, flag)
  return bit.band((struct.unpack('<I2', value, FLAGS + 1)), flag) ~= 0
end

local function length_of_header(value)
  return RING_END
    + (has(value, PREVIOUS) and PREVIOUS_SIZE or 0)
    + (has(value, NEXT) and NEXT_SIZE or 0)
    + (has(value, BINDING) and BINDING_SIZE or 0)
end

-- What a value is: nothing, the mark of a delete, a record, live or expired, or something that this script must not
-- touch: damaged, or of a newer program.
local VACANT, TOMBSTONE, RECORD, OTHER = 1, 2, 3, 4

local function kind_of(value, now)
  if not value or value == '' then
    return VACANT
  end
  if string.byte(value, 1) == TOMBSTONE_FORMAT then
    if #value ~= TOMBSTONE_SIZE then
      return OTHER
    end
    return u64(value, TOMBSTONE_UNTIL) > now and TOMBSTONE or VACANT
  end
  if #value < RING_END or string.byte(value, 1) ~= FORMAT or string.byte(value, 2) ~= CODEC then
    return OTHER
  end
  local ring = string.byte(value, RING_LENGTH + 1)
  local is_whole = has(value, CREDENTIAL) and not has(value, UNKNOWN_FLAGS)
    and (has(value, PREVIOUS) or not has(value, NEXT))
    and ring >= 1 and ring <= RING
    and #value >= length_of_header(value)
  return is_whole and RECORD or OTHER
end

local function deadline_of(record)
  return math.min(u64(record, IDLE_DEADLINE), u64(record, ABSOLUTE_DEADLINE))
end

-- Why this secret may not change the record, if it may not.
local function refusal(record, proof, now)
  if now >= deadline_of(record) then
    return EXPIRED
  end
  if part(record, PROOF, 32) == proof then
    return nil
  end
  local in_grace = has(record, NEXT) and now < u64(record, PREVIOUS_UNTIL)
  if in_grace and part(record, PREVIOUS_PROOF, 32) == proof then
    return nil
  end
  return ROTATED
end

-- min(absolute, max(stored, now + span))
local function idle_deadline(stored, absolute, now, record)
  return math.min(absolute, math.max(stored, now + u32(record, IDLE_SPAN) * 1000))
end

-- How long a record is kept: until its deadline, but as long as its own create might come once more in any case.
local function life(deadline, created, now)
  return math.max(1, math.max(deadline, created + TOMBSTONE_LIFE, now) - now + SLACK)
end
