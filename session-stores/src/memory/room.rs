//! Making room: the expired first, then what [`Full`] says.

use super::budget::Shortage;
use super::{Full, Inner, lock};
use session::Handle;
use session::event::SessionEvent;

/// How many are swept before the lock is let go of.
const SWEEP_AT_ONCE: usize = 256;

impl Inner {
    /// Removes everything that is over; how many records.
    pub(super) fn sweep_all(&self) -> usize {
        let mut records = 0;
        self.sweep_until(|swept| {
            records += swept;
            false
        });
        records
    }

    /// Makes room for the session of `spared`; whether trying again makes sense.
    ///
    /// Costs a look into every shard, and as many removals as are needed. Holds one lock at a time.
    pub(super) fn make_room(&self, shortage: Shortage, spared: &Handle) -> bool {
        if let Shortage::Record(_) = shortage {
            return false;
        }
        let has_room = || self.budget.has_room(shortage);
        self.sweep_until(|_| has_room());
        match (self.full, shortage) {
            (Full::EvictIdle, Shortage::Entries | Shortage::Bytes(_)) => {
                let mut sessions = 0;
                // Once there was room it is worth another try, also if somebody else has taken it since.
                let made = loop {
                    if has_room() {
                        break true;
                    }
                    match self.evict_idlest(spared) {
                        Some(evicted) => sessions += u64::from(evicted),
                        None => break false,
                    }
                };
                if sessions > 0 {
                    self.events.emit(&SessionEvent::Evicted { store: "memory", sessions });
                }
                made
            }
            // Neither sessions nor time make room for tombstones.
            (Full::EvictIdle, Shortage::Tombstones | Shortage::Record(_)) | (Full::Refuse, _) => has_room(),
        }
    }

    /// Sweeps shard after shard until `enough`, which is told how many records each step removed.
    fn sweep_until(&self, mut enough: impl FnMut(usize) -> bool) {
        for shard in &self.shards {
            loop {
                let swept = {
                    let mut shard = lock(shard);
                    let now = self.clock.now();
                    shard.sweep(now, SWEEP_AT_ONCE)
                };
                if enough(swept.records) {
                    return;
                }
                if swept.records.max(swept.tombstones) < SWEEP_AT_ONCE {
                    break;
                }
            }
        }
    }

    /// Evicts one session; whether it was still there; nothing if there is none. Between the look and the deed others may
    /// have used it: then it goes nevertheless, as it would have if they had come a moment later.
    fn evict_idlest(&self, spared: &Handle) -> Option<bool> {
        let candidates = self.shards.iter().filter_map(|shard| lock(shard).idlest(spared));
        let idlest = candidates.min()?;
        Some(lock(&self.shards[self.index(&idlest.handle)]).evict(&idlest.handle))
    }
}
