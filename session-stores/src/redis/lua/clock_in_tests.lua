-- The test says what time it is, with every call.
local function time()
  return (struct.unpack('<I8', ARGV[#ARGV]))
end
