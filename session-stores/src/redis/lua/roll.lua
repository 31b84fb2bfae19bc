-- session::store::Roll: the members of one term, in two keys of one slot. ROLL is a sorted set of handles by their
-- deadlines; STAMPS has under each handle what else is known of it, and under the empty name the bar.

local ROLL, STAMPS = KEYS[1], KEYS[2]

local function standing_of(handle)
  local packed = redis.call('HGET', STAMPS, handle)
  if packed then
    return struct.unpack('<I8I8c8', packed)
  end
end

local function bar_of()
  local packed = redis.call('HGET', STAMPS, '')
  if packed then
    return struct.unpack('<I8c16', packed)
  end
end

local function dooms(at, except, handle, added)
  return at and added <= at and handle ~= except
end

local function doomed_of(at, except)
  local doomed = {}
  for _, handle in ipairs(redis.call('ZRANGE', ROLL, 0, -1)) do
    local added = standing_of(handle)
    if added and dooms(at, except, handle, added) then
      doomed[#doomed + 1] = handle
    end
  end
  return doomed
end

local function remove(handle)
  redis.call('ZREM', ROLL, handle)
  redis.call('HDEL', STAMPS, handle)
end

-- Forgets what is over.
local function sweep(now)
  for _, handle in ipairs(redis.call('ZRANGEBYSCORE', ROLL, '-inf', now)) do
    remove(handle)
  end
  local at, except = bar_of()
  if at and now > at + LOGIN_LIFE and #doomed_of(at, except) == 0 then
    redis.call('HDEL', STAMPS, '')
  end
end

-- The keys are gone when the last member and the bar are.
local function keep(now)
  local last = redis.call('ZRANGE', ROLL, -1, -1, 'WITHSCORES')[2]
  local at = bar_of()
  local ends = math.max(tonumber(last or 0), at and at + LOGIN_LIFE + 1 or 0)
  if ends <= now then
    redis.call('DEL', ROLL, STAMPS)
    return
  end
  redis.call('PEXPIRE', ROLL, ends - now + SLACK)
  redis.call('PEXPIRE', STAMPS, ends - now + SLACK)
end

local function members()
  return { redis.call('ZRANGE', ROLL, 0, -1, 'WITHSCORES'), redis.call('HGETALL', STAMPS) }
end
