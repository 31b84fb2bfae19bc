-- Shows the marks of a principal and of a lineage.
--
-- KEYS[1]  the principal's
-- KEYS[2]  the lineage's, where it is surely on the same server

local now = time()
return { MARKED, now, { redis.call('GET', KEYS[1]), KEYS[2] and redis.call('GET', KEYS[2]) } }
