-- Takes members out.
--
-- KEYS[1], KEYS[2]  the term's
-- ARGV[1]  each a handle and a stamp
-- ARGV[2]  '1' if a member goes whose stamp is of an earlier revision than that one; otherwise it must be the same

local now = time()
for at = 1, #ARGV[1], 32 do
  local handle = string.sub(ARGV[1], at, at + 15)
  local stamp = string.sub(ARGV[1], at + 16, at + 31)
  local packed = redis.call('HGET', STAMPS, handle)
  if packed then
    local is_meant = string.sub(packed, 9) == stamp
    if ARGV[2] == '1' then
      is_meant = struct.unpack('<I8', packed, 9) < struct.unpack('<I8', stamp)
    end
    if is_meant then
      remove(handle)
    end
  end
end
sweep(now)
keep(now)
return { MEMBERS, now }
