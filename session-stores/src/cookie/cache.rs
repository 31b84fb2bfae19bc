//! What is known of the marks, for a few seconds.

use crate::sync::atomic::{AtomicU64, Ordering::SeqCst};
use crate::sync::{Mutex, MutexGuard};
use std::collections::HashMap;
use std::sync::PoisonError;
use std::time::Duration;

use session::Handle;
use session::clock::Timestamp;
use session::record::Principal;
use session::store::Marks;

const SHARDS: usize = 16;

/// Answers of the marks by lineage: as many as it was told, those not asked for lately dropped first.
///
/// An answer that was under way while a mark was set here is not kept, so that on this node a logout counts at once.
pub(super) struct Cache {
    shards: [Mutex<Shard>; SHARDS],
    /// How many answers make a generation of a shard.
    generation: usize,
    /// How often a mark was set here.
    epoch: AtomicU64,
}

/// Two generations: what is asked for in the old one moves to the young one; when that is full it becomes the old one, and
/// what nobody asked for goes.
#[derive(Default)]
struct Shard {
    young: HashMap<Handle, Known>,
    old: HashMap<Handle, Known>,
}

#[derive(Clone, Copy)]
struct Known {
    principal: Principal,
    marks: Marks,
    asked: Timestamp,
}

impl Cache {
    pub(super) fn new(most: usize) -> Self {
        Self { shards: Default::default(), generation: most / SHARDS / 2, epoch: AtomicU64::new(0) }
    }

    /// The marks, if they were asked for less than `lag` ago. A clock that was set back makes everything old.
    pub(super) fn get(
        &self,
        lineage: &Handle,
        principal: &Principal,
        now: Timestamp,
        lag: Duration,
    ) -> Option<Marks> {
        let mut shard = self.shard(lineage);
        let known = match shard.young.get(lineage) {
            Some(known) => *known,
            None => {
                let known = shard.old.remove(lineage)?;
                shard.insert(*lineage, known, self.generation);
                known
            }
        };
        let current = known.asked <= now && now.since(known.asked) < lag && known.principal == *principal;
        current.then_some(known.marks)
    }

    /// To be read before the marks are asked.
    pub(super) fn epoch(&self) -> u64 {
        self.epoch.load(SeqCst)
    }

    /// Keeps an answer, unless a mark was set here since that epoch.
    pub(super) fn fill(
        &self,
        lineage: Handle,
        principal: Principal,
        marks: Marks,
        asked: Timestamp,
        since: u64,
    ) {
        let mut shard = self.shard(&lineage);
        // Under the lock: whoever sets a mark counts first and takes the lock afterwards.
        if self.epoch() == since {
            shard.old.remove(&lineage);
            shard.insert(lineage, Known { principal, marks, asked }, self.generation);
        }
    }

    /// To be held while a mark is set on a lineage.
    pub(super) fn forgets(&self, lineage: Handle) -> impl Drop {
        Forgets { cache: self, what: What::Lineage(lineage) }
    }

    /// To be held while a mark is set on a principal. O(answers).
    pub(super) fn forgets_all(&self, principal: Principal) -> impl Drop {
        Forgets { cache: self, what: What::Principal(principal) }
    }

    fn forget(&self, lineage: &Handle) {
        self.epoch.fetch_add(1, SeqCst);
        let mut shard = self.shard(lineage);
        shard.young.remove(lineage);
        shard.old.remove(lineage);
    }

    fn forget_all(&self, principal: &Principal) {
        self.epoch.fetch_add(1, SeqCst);
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.young.retain(|_, known| known.principal != *principal);
            shard.old.retain(|_, known| known.principal != *principal);
        }
    }

    fn shard(&self, lineage: &Handle) -> MutexGuard<'_, Shard> {
        lock(&self.shards[usize::from(lineage.as_bytes()[0]) % SHARDS])
    }

    #[cfg(all(test, feature = "memory"))]
    pub(super) fn len(&self) -> usize {
        self.shards.iter().map(lock).map(|shard| shard.young.len() + shard.old.len()).sum()
    }
}

/// Forgets when it is dropped, so that it does also where the setting of a mark was cancelled, or got no answer.
struct Forgets<'a> {
    cache: &'a Cache,
    what: What,
}

enum What {
    Lineage(Handle),
    Principal(Principal),
}

impl Drop for Forgets<'_> {
    fn drop(&mut self) {
        match &self.what {
            What::Lineage(lineage) => self.cache.forget(lineage),
            What::Principal(principal) => self.cache.forget_all(principal),
        }
    }
}

impl Shard {
    fn insert(&mut self, lineage: Handle, known: Known, generation: usize) {
        if generation == 0 {
            return;
        }
        if self.young.len() >= generation && !self.young.contains_key(&lineage) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(lineage, known);
    }
}

/// Nothing can panic under the lock, so a poisoned one is as good as any.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
