//! Marks on what clients hold: which of their sealed records are not accepted any more.

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use session::clock::Timestamp;
use session::record::{Nonce, Principal};
use session::store::{MARGIN, Marks, Revoke};
use session::{Error, ErrorKind, Handle};

use super::{Inner, MemoryStore, SWEEP_PER_WRITE, lock};

/// Marking is rare beside everything else.
const SHARDS: usize = 16;

/// All marks. Each operation is under the lock of one shard; [`Revoke::marks`] looks into two, one after the other.
#[derive(Debug)]
pub(super) struct Board {
    covers: Duration,
    most: usize,
    kept: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    marks: BTreeMap<Marked, Mark>,
    lapses: BTreeSet<(Timestamp, Marked)>,
}

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Marked {
    Principal([u8; 16]),
    Lineage([u8; 16]),
}

#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    /// Of a principal.
    not_before: Timestamp,
    /// Of a lineage, and who raised it there.
    min_rotations: u32,
    by: Option<Nonce>,
    until: Timestamp,
}

impl Board {
    pub(super) fn new(covers: Duration, most: usize) -> Self {
        Self { covers, most, kept: AtomicUsize::new(0), shards: Default::default() }
    }

    /// How many marks are kept.
    pub(super) fn kept(&self) -> usize {
        self.kept.load(Relaxed)
    }

    /// Whether nine tenths of the bound are used.
    pub(super) fn warning(&self) -> Option<String> {
        let (used, most) = (self.kept(), self.most);
        (used >= most - most / 10)
            .then(|| format!("the memory store is nearly full: {used} of {most} marks of revoked sessions"))
    }

    fn shard(&self, what: Marked) -> &Mutex<Shard> {
        let (Marked::Principal(bytes) | Marked::Lineage(bytes)) = what;
        // Both are random, or as good as.
        &self.shards[usize::from(bytes[15]) % SHARDS]
    }

    fn read(&self, what: Marked, now: Timestamp) -> Option<Mark> {
        lock(self.shard(what)).marks.get(&what).copied().filter(|mark| now < mark.until)
    }

    /// Changes a mark as `change` says, or makes it; nothing where `change` says no. Its time begins anew.
    fn write<V>(
        &self,
        what: Marked,
        clock: impl FnOnce() -> Timestamp,
        change: impl FnOnce(&mut Mark, Timestamp) -> (bool, V),
    ) -> Result<V, Error> {
        let mut shard = lock(self.shard(what));
        // Under the lock, so that of two marks the later one has the later time.
        let now = clock();
        self.sweep(&mut shard, now, SWEEP_PER_WRITE);
        let stands = shard.marks.get(&what).copied();
        let mut mark = stands.filter(|mark| now < mark.until).unwrap_or_default();
        let (changed, answer) = change(&mut mark, now);
        if !changed {
            return Ok(answer);
        }
        match stands {
            Some(stands) => drop(shard.lapses.remove(&(stands.until, what))),
            None => self.take()?,
        }
        mark.until = now.after(self.covers).after(MARGIN);
        shard.marks.insert(what, mark);
        shard.lapses.insert((mark.until, what));
        Ok(answer)
    }

    fn take(&self) -> Result<(), Error> {
        let more = |kept: usize| (kept < self.most).then_some(kept + 1);
        self.kept.fetch_update(Relaxed, Relaxed, more).map(drop).map_err(|_| {
            let full = Error::new(ErrorKind::Full { limit: self.most });
            full.in_context("memory store, marks of revoked sessions")
        })
    }

    fn sweep(&self, shard: &mut Shard, now: Timestamp, most: usize) {
        for _ in 0..most {
            let Some((until, what)) = shard.lapses.first().copied().filter(|(until, _)| *until <= now) else {
                return;
            };
            shard.lapses.remove(&(until, what));
            shard.marks.remove(&what);
            self.kept.fetch_sub(1, Relaxed);
        }
    }

    /// Removes every mark whose time is over.
    pub(super) fn sweep_all(&self, now: Timestamp) {
        for shard in &self.shards {
            self.sweep(&mut lock(shard), now, usize::MAX);
        }
    }
}

impl Inner {
    fn raise(&self, lineage: &Handle, to: u32, by: Option<Nonce>) -> Result<bool, Error> {
        let what = Marked::Lineage(*lineage.as_bytes());
        self.board.write(
            what,
            || self.clock.now(),
            |mark, _| {
                if mark.min_rotations >= to {
                    return (false, mark.min_rotations == to && by.is_some() && mark.by == by);
                }
                (mark.min_rotations, mark.by) = (to, by);
                (true, true)
            },
        )
    }
}

/// Marks are kept beside the sessions and counted apart: [`MemoryStats::marks`](super::MemoryStats::marks).
impl Revoke for MemoryStore {
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        let now = self.0.clock.now();
        let principal = self.0.board.read(Marked::Principal(principal.0), now);
        let lineage = self.0.board.read(Marked::Lineage(*lineage.as_bytes()), now);
        Ok(Marks {
            not_before: principal.map(|mark| mark.not_before),
            min_rotations: lineage.map_or(0, |mark| mark.min_rotations),
            now,
        })
    }

    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        let what = Marked::Principal(principal.0);
        self.0.board.write(
            what,
            || self.0.clock.now(),
            |mark, now| {
                mark.not_before = mark.not_before.max(now);
                (true, mark.not_before)
            },
        )
    }

    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        self.0.raise(lineage, to, Some(by))
    }

    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        self.0.raise(lineage, Marks::ENDED, None)
    }

    fn covers(&self) -> Duration {
        self.0.board.covers
    }
}
