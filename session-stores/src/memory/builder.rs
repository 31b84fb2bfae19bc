use std::num::NonZero;
use std::sync::Arc;

use crate::sync::Mutex;
use std::thread::available_parallelism;
use std::time::Duration;

use session::clock::{Clock, SystemClock};
use session::event::Events;

use super::budget::{Budget, Limits};
use super::index::Index;
use super::marks::Board;
use super::shard::Shard;
use super::{Inner, MemoryStore};

/// What a full store does with a session that is new or grows, once nothing expired is left to remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Full {
    /// Answers `Full`; every session stays as it is. No session is ever lost, but a flood of new ones keeps others out.
    #[default]
    Refuse,
    /// Removes the session that would end soonest if it was not used, nobody's sessions before anybody's. Under
    /// concurrent writes "soonest" is what it was a moment ago.
    EvictIdle,
}

/// Sets up a [`MemoryStore`].
#[derive(Debug, Clone)]
#[must_use = "a builder builds nothing until `build()`"]
pub struct MemoryStoreBuilder {
    clock: Arc<dyn Clock>,
    limits: Limits,
    full: Full,
    tombstone_life: Duration,
    marks_for: Duration,
    max_marks: usize,
    events: Events,
}

impl Default for MemoryStoreBuilder {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            limits: Limits { entries: 1_000_000, bytes: 512 << 20, tombstones: 1_000_000 },
            full: Full::default(),
            tombstone_life: Duration::from_secs(60),
            marks_for: Duration::from_secs(30 * 24 * 60 * 60),
            max_marks: 1_000_000,
            events: Events::default(),
        }
    }
}

impl MemoryStoreBuilder {
    /// Whose time counts; the system's by default.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// How many sessions may be kept, live and expired; a million by default.
    pub const fn max_entries(mut self, entries: usize) -> Self {
        self.limits.entries = entries;
        self
    }

    /// How many bytes the sessions may take together: each its handle, its header and its fields, not the maps that
    /// order them (some 150 bytes a session). 512 MiB by default.
    pub const fn max_bytes(mut self, bytes: usize) -> Self {
        self.limits.bytes = bytes;
        self
    }

    /// From how many tombstones on new sessions are refused; a million by default, of about 100 bytes each.
    ///
    /// Deleting is never refused, so there can be as many tombstones as this and [`max_entries`](Self::max_entries)
    /// together.
    pub const fn max_tombstones(mut self, tombstones: usize) -> Self {
        self.limits.tombstones = tombstones;
        self
    }

    /// What happens when there is no room; [`Full::Refuse`] by default.
    pub const fn when_full(mut self, full: Full) -> Self {
        self.full = full;
        self
    }

    /// How long an ended session is remembered, so that a late create does not bring it back; 60 s by default.
    ///
    /// Give it twice the longest time that a create is allowed to take (`not_after`, 30 s by default) at least. After
    /// that nothing can bring a session back, because updates never create.
    pub const fn tombstone_life(mut self, life: Duration) -> Self {
        self.tombstone_life = life;
        self
    }

    /// How long sessions live at most that clients hold themselves, so that [marks](session::store::Revoke) on them are
    /// kept for longer; 30 days by default, as the longest lifetime of a default configuration.
    pub const fn marks_for(mut self, longest: Duration) -> Self {
        self.marks_for = longest;
        self
    }

    /// How many [marks](session::store::Revoke) may be kept; a million by default, of about 200 bytes each. There is one
    /// for each logout, change of rights and "log out everywhere" of the time that they are kept for.
    pub const fn max_marks(mut self, marks: usize) -> Self {
        self.max_marks = marks;
        self
    }

    /// Who is told of sessions that were [evicted](Full::EvictIdle); the log alone by default.
    pub fn events(mut self, events: impl Into<Events>) -> Self {
        self.events = events.into();
        self
    }

    /// The store, empty.
    pub fn build(self) -> MemoryStore {
        let budget = Arc::new(Budget::new(self.limits));
        let shard = || Mutex::new(Shard::new(Arc::clone(&budget), self.tombstone_life));
        let shards = (0..shard_count()).map(|_| shard()).collect();
        let board = Board::new(self.marks_for, self.max_marks);
        let index = Index::default();
        MemoryStore(Arc::new(Inner {
            clock: self.clock,
            full: self.full,
            budget,
            shards,
            board,
            events: self.events,
            index,
            tombstone_life: self.tombstone_life,
        }))
    }
}

/// A power of two, some for each thread that can run: two threads then seldom want the same shard. More would only make
/// a full store look into more of them.
fn shard_count() -> usize {
    // Where threads are run in every order, more locks are more orders and show nothing else.
    if cfg!(shuttle) {
        return 2;
    }
    let threads = available_parallelism().map_or(1, NonZero::get);
    (threads * 4).next_power_of_two().clamp(16, 256)
}
