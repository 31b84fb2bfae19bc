use super::{Inner, lock};

/// What a [`MemoryStore`](super::MemoryStore) holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct MemoryStats {
    /// Sessions that are kept: live ones, and expired ones not yet swept up.
    pub total: usize,
    /// Sessions that are live.
    pub live: usize,
    /// Sessions that have expired and will be swept up.
    pub expired: usize,
    /// Marks of ended sessions, kept so that nothing brings those back.
    pub tombstones: usize,
    /// Bytes of all sessions: their handles, headers and fields. Neither tombstones nor the maps' own memory.
    pub bytes: usize,
    /// Marks on what clients hold: ended sessions and revoked principals.
    pub marks: usize,
    /// Members and bars of indexes: live ones, and those not yet swept up.
    pub listed: usize,
    /// Live sessions removed to make room, since the store was built.
    pub evicted: u64,
}

impl Inner {
    pub(super) fn stats(&self) -> MemoryStats {
        let (mut total, mut expired) = (0, 0);
        for shard in &self.shards {
            let shard = lock(shard);
            total += shard.total();
            expired += shard.expired(self.clock.now());
        }
        MemoryStats {
            total,
            live: total - expired,
            expired,
            tombstones: self.budget.tombstones(),
            bytes: self.budget.bytes(),
            marks: self.board.kept(),
            listed: self.index.kept(),
            evicted: self.budget.evicted(),
        }
    }
}
