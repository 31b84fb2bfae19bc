-- Tells the near caches of all nodes of a write, in its own step. The message is that of cluster/message.rs. To be called
-- before the write: it can fail, for want of a permission, and then nothing may have been done.
local function announce(kind, stamp)
  local handle = string.match(KEYS[1], '{(.-)}')
  local node = ARGV[#ARGV - BEHIND_NODE]
  redis.call('PUBLISH', CHANNEL, string.char(MESSAGE_VERSION, kind) .. handle .. stamp .. node)
end
