//! [`MemoryStore`]: sessions in this process's memory, for development, tests and one server.
//!
//! A store is some shards, each a lock around ordered maps, and one account of what they hold together. Whatever an
//! operation does it does under the lock of one shard: nothing here awaits, holds two locks, or runs in the background.

mod budget;
mod builder;
mod deadlines;
mod index;
mod marks;
mod room;
mod scan;
mod shard;
mod stats;

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crate::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use session::clock::{Clock, Timestamp};
use session::config::SessionConfig;
use session::event::Events;
use session::store::{Capabilities, Commit, Health, Load, Locator, ServerSide, Store, Touch, Touched, Write};
use session::{Error, ErrorKind, Handle};

pub use builder::{Full, MemoryStoreBuilder};
pub use stats::MemoryStats;

use budget::Budget;
use index::Index;
use marks::Board;
use shard::Shard;

use crate::late::must_meet_tombstones;

/// How often a commit makes room and finds that somebody else took it, before it gives up: more threads than that are
/// seldom at it at once, and each that takes the room is done.
const ROOM_ATTEMPTS: usize = 64;

/// How many expired sessions, and how many lapsed tombstones, each write takes with it. A write adds one entry at most,
/// so any number above one keeps ahead of whatever expires.
const SWEEP_PER_WRITE: usize = 4;

/// Sessions in this process's memory, bounded, sharded by handle. Every law of [`Store`] holds.
///
/// A clone is another handle on the same sessions and costs a reference count.
///
/// # Bounds
///
/// The store holds [`max_entries`](MemoryStoreBuilder::max_entries) sessions and
/// [`max_bytes`](MemoryStoreBuilder::max_bytes) at the most. Writes sweep up what has expired, a little each; there is
/// no background task to start or stop. A store that is full removes every expired session that it needs to before it
/// does what [`Full`] says: refuse, which is the default, or evict the sessions that would end soonest.
///
/// An ended session leaves a tombstone for a while, so that no late write makes it anew. Tombstones are never dropped
/// early and never in the way of a `delete`: where there are too many, it is creates that are refused.
///
/// # Marks
///
/// The store also [remembers](session::store::Revoke) which sessions that clients hold themselves were ended, for a
/// cookie store of the same process. Marks take no room from sessions, and have a
/// [bound](MemoryStoreBuilder::max_marks) of their own; where it is reached, revoking fails.
///
/// # Indexes
///
/// Each session that is found by a value takes one more entry, of about 150 bytes, which are in no bound of their own:
/// there are never more than a few for each session. They go with their sessions' absolute deadlines.
///
/// # Cost
///
/// Every operation is O(log n) under one shard's lock, a scan O(page); a commit copies the fields once. What concerns an
/// index is O(sessions of the value).
///
/// ```
/// use session_stores::memory::{Full, MemoryStore};
///
/// let store = MemoryStore::builder().max_entries(10_000).when_full(Full::EvictIdle).build();
/// assert_eq!(store.stats().total, 0);
/// ```
#[derive(Clone)]
pub struct MemoryStore(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    full: Full,
    budget: Arc<Budget>,
    /// A power of two of them.
    shards: Box<[Mutex<Shard>]>,
    /// Of what clients hold themselves.
    board: Board,
    index: Index,
    tombstone_life: Duration,
    events: Events,
}

impl MemoryStore {
    /// A store with the system's clock and the default bounds.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A store to be set up.
    pub fn builder() -> MemoryStoreBuilder {
        MemoryStoreBuilder::default()
    }

    /// Removes every expired session, lapsed tombstone and lapsed mark now; how many sessions there were.
    ///
    /// Never needed for correctness, and for bounds only where nothing writes any more. O(removed · log n), the locks
    /// released again and again.
    pub fn cleanup(&self) -> usize {
        self.0.board.sweep_all(self.0.clock.now());
        self.0.index.sweep_all(self.0.clock.now());
        self.0.sweep_all()
    }

    /// What the store holds at this moment. O(shards + expired); concurrent writes may be seen in part.
    pub fn stats(&self) -> MemoryStats {
        self.0.stats()
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows how much the store holds, and nothing of it.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MemoryStore").field(&self.stats()).finish()
    }
}

impl Store for MemoryStore {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        match at {
            Locator::Handle(handle) => Ok(self.0.at(handle, |shard, now| shard.load(handle, now))),
            Locator::Sealed(_) => Err(Error::new(ErrorKind::Unsupported { power: "open sealed records" })),
        }
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        match &write.listing {
            Some(listing) => self.0.commit_listed(write, listing),
            None => self.0.commit(write),
        }
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        Ok(self.0.at(&touch.handle, |shard, now| {
            let answer = shard.touch(touch, now);
            shard.sweep(now, SWEEP_PER_WRITE);
            answer
        }))
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        Ok(self.0.at(handle, |shard, now| {
            let answer = shard.delete(handle, now);
            shard.sweep(now, SWEEP_PER_WRITE);
            answer
        }))
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Always well; warns when nine tenths of a bound are used. O(1).
    async fn health(&self) -> Result<Health, Error> {
        let mut health = Health::default();
        health.warnings = self.0.budget.warnings();
        health.warnings.extend(self.0.board.warning());
        Ok(health)
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.index = true;
        capabilities
    }

    fn configured(&self, config: &SessionConfig) -> Result<Option<Self>, Error> {
        must_meet_tombstones(config, self.0.tombstone_life).map(|()| None)
    }
}

impl Inner {
    fn commit(&self, write: &Write) -> Result<Commit, Error> {
        // What the caller gives may be a slice of something much larger (a whole Redis reply, a vector with room to
        // grow), which it would keep alive for as long as the session lives, outside every account, and `Bytes` does
        // not tell. An exact copy is the only way to hold what is counted. Made before the lock is taken.
        let fields = Bytes::copy_from_slice(&write.fields);
        let mut attempts = 0;
        loop {
            let answer = self.at(&write.handle, |shard, now| {
                let answer = shard.commit(write, &fields, now);
                shard.sweep(now, SWEEP_PER_WRITE);
                answer
            });
            let shortage = match answer {
                Ok(commit) => return Ok(commit),
                Err(shortage) => shortage,
            };
            // Nothing was written. Room is made without this shard's lock, so what the write finds then is decided anew.
            attempts += 1;
            if attempts == ROOM_ATTEMPTS || !self.make_room(shortage, &write.handle) {
                return Err(self.budget.error(shortage));
            }
        }
    }

    /// Does `operation` on the shard of `handle` at one moment.
    fn at<V>(&self, handle: &Handle, operation: impl FnOnce(&mut Shard, Timestamp) -> V) -> V {
        let mut shard = lock(&self.shards[self.index(handle)]);
        // Asked under the lock: of two operations on one handle the later one must not see the earlier time, or it would
        // prolong what the other has already called expired.
        let now = self.clock.now();
        operation(&mut shard, now)
    }

    /// Which shard a handle is in. Handles are random, so any of their bits will do.
    fn index(&self, handle: &Handle) -> usize {
        let [.., high, low] = *handle.as_bytes();
        usize::from(u16::from_be_bytes([high, low])) & (self.shards.len() - 1)
    }
}

/// The shard, even if a thread panicked that held it: nothing foreign runs under the lock but the clock, and that before
/// anything was changed.
fn lock<S>(shard: &Mutex<S>) -> MutexGuard<'_, S> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
