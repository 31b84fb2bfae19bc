//! The store of the simulation: the rules under one lock, a failover that loses updates, and the ways to break it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use session::clock::{Clock as _, Timestamp};
use session::record::{Principal, Record, Ring};
use session::store::{
    Capabilities, Commit, Condition, Gone, Health, Load, Locator, ServerSide, Slot, Store, Touch, Touched,
    Verdict, Write, decide, decide_touch,
};
use session::testing::{ManualClock, data_of, record_of};
use session::{Error, ErrorKind, Handle};

use super::data::{Newer, Room};

/// Twice the time that a create may take.
const TOMBSTONE_LIFE: Duration = Duration::from_secs(60);
/// How many updates a failover can lose.
const LAG: usize = 3;

/// What is broken on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Nothing.
    None,
    /// A deleted handle leaves no trace.
    SkipTombstone,
    /// A write applies if the revision is the same, whoever made it.
    CompareRevisions,
    /// A record remembers the last commit alone.
    NewestNonce,
    /// A response whose commit found its session gone clears the cookie.
    ClearOnGone,
    /// A login that was overtaken by somebody else's is told that nobody's was in its way.
    MergePrincipals,
    /// What is written is what the program knows, all of it and nothing else.
    WriteDensely,
    /// A rotation of a record that is not there makes one.
    Resurrect,
    /// A commit that is merged anew has the stamp that it had before.
    StampAttemptsAlike,
}

/// Clones are the same store.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    clock: Arc<ManualClock>,
    flaw: Flaw,
    entries: Arc<Mutex<Entries>>,
}

type Entries = BTreeMap<Handle, Entry>;

#[derive(Debug)]
enum Entry {
    /// The record, and what a replica may still have in its place.
    Live(Box<Record>, Vec<Record>),
    Tombstone(Timestamp),
}

impl Ground {
    pub(super) fn new(clock: Arc<ManualClock>, flaw: Flaw) -> Self {
        Self { clock, flaw, entries: Arc::default() }
    }

    /// The server dies, and one takes over that lags behind: the last updates of a record were never made. Deletes and
    /// rotations were waited for, as in a deployment that must not lose them.
    pub(super) fn fail_over(&self, handle: &Handle, updates: usize) -> bool {
        let mut entries = self.lock();
        let Some(Entry::Live(now, before)) = entries.get_mut(handle) else { return false };
        let from = before.len().saturating_sub(updates);
        let same = |index: &usize| before[*index].header.credential == now.header.credential;
        let Some(kept) = (from..before.len()).find(same) else { return false };
        let idle_deadline = now.header.idle_deadline;
        **now = before[kept].clone();
        // Somebody uses it all the time.
        now.header.idle_deadline = idle_deadline;
        before.truncate(kept);
        true
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        entries.retain(|_, entry| match entry {
            Entry::Live(record, _) => {
                !record.header.is_expired(now) || now < record.header.created.after(TOMBSTONE_LIFE)
            }
            Entry::Tombstone(until) => now < *until,
        });
        entries
    }

    fn put(&self, entries: &mut Entries, handle: Handle, mut record: Record) -> Commit {
        if self.flaw == Flaw::NewestNonce {
            record.header.ring = Ring::default().with(record.header.ring.newest());
        }
        let mut before = Vec::new();
        if let Some(Entry::Live(now, older)) = entries.remove(&handle) {
            before = older;
            before.push(*now);
            before.drain(..before.len().saturating_sub(LAG));
        }
        entries.insert(handle, Entry::Live(Box::new(record.clone()), before));
        Commit::Committed { record, sealed: None }
    }

    /// What a broken store makes of a write, and of what stands there.
    fn distort(&self, write: &mut Write, record: &mut Record) {
        let header = &mut record.header;
        let Condition::Matches { stamp, proof } = &mut write.condition else { return };
        let others = header.principal != write.draft.principal && !header.principal.is_nobody();
        match self.flaw {
            Flaw::CompareRevisions if stamp.revision == header.revision => *stamp = header.stamp(),
            Flaw::MergePrincipals if others => {
                header.principal = Principal::NOBODY;
                *proof = header.credential.as_ref().map_or(*proof, |credential| credential.proof);
            }
            _ => {}
        }
    }

    fn write(&self, write: &Write) -> Commit {
        let now = self.clock.now();
        let mut entries = self.lock();
        let mut write = write.clone();
        if self.flaw == Flaw::StampAttemptsAlike {
            write.nonce = write.nonce.attempt(0);
        }
        let (mut seen, tombstone) = match entries.get(&write.handle) {
            Some(Entry::Live(record, _)) => (Some((**record).clone()), false),
            Some(Entry::Tombstone(_)) => (None, true),
            None => (None, false),
        };
        let principal = seen.as_ref().map(|record| record.header.principal);
        if let Some(record) = &mut seen {
            self.distort(&mut write, record);
        } else if self.flaw == Flaw::Resurrect
            && write.times.rotation.rotates()
            && matches!(write.condition, Condition::Matches { .. })
        {
            let record = Record { header: write.header(None, now), fields: write.fields.clone() };
            return self.put(&mut entries, write.handle, record);
        }
        let slot = match &seen {
            Some(record) => Slot::Record(record),
            None if tombstone => Slot::Tombstone,
            None => Slot::Vacant,
        };
        let verdict = decide(slot, &write, now);
        match (verdict, seen) {
            (Verdict::Apply(mut record), seen) => {
                // The late write of nobody into somebody's record.
                if self.flaw == Flaw::MergePrincipals && record.header.principal.is_nobody() {
                    record.header.principal = principal.unwrap_or(Principal::NOBODY);
                }
                if self.flaw == Flaw::WriteDensely && !by_newer(&record, seen.as_ref()) {
                    record = dense(record);
                }
                self.put(&mut entries, write.handle, record)
            }
            (Verdict::Applied, Some(record)) => Commit::Committed { record, sealed: None },
            (Verdict::Conflict, Some(record)) => Commit::Conflict(record),
            (Verdict::Applied | Verdict::Conflict, None) => unreachable!("said of records only"),
            (Verdict::Gone(why), _) => Commit::Gone(why),
            (Verdict::Unknown, _) => Commit::OutcomeUnknown,
        }
    }
}

/// Whether it was the newer program that wrote this over that.
fn by_newer(record: &Record, over: Option<&Record>) -> bool {
    let extra = |record: &Record| data_of::<Newer>(record).map(|data| data.extra).unwrap_or_default();
    extra(record) != over.map(extra).unwrap_or_default()
}

/// The record as a program writes it that writes down all that it knows.
fn dense(record: Record) -> Record {
    match data_of::<Room>(&record).and_then(record_of) {
        Ok(whole) => Record { fields: whole.fields, ..record },
        Err(_) => record,
    }
}

impl Store for Ground {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Handle(handle) = at else {
            return Err(Error::new(ErrorKind::Unsupported { power: "open sealed records" }));
        };
        let now = self.clock.now();
        Ok(match self.lock().get(handle) {
            Some(Entry::Live(record, _)) if !record.header.is_expired(now) => Load::Found((**record).clone()),
            _ => Load::Absent,
        })
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        Ok(self.write(write))
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let now = self.clock.now();
        let mut entries = self.lock();
        Ok(match entries.get_mut(&touch.handle) {
            Some(Entry::Live(record, _)) => match decide_touch(Slot::Record(record), touch, now) {
                Ok(moved) => {
                    let idle_deadline = moved.unwrap_or(record.header.idle_deadline);
                    record.header.idle_deadline = idle_deadline;
                    Touched::Until { idle_deadline, sealed: None }
                }
                Err(why) => Touched::Gone(why),
            },
            Some(Entry::Tombstone(_)) => Touched::Gone(Gone::Deleted),
            None => Touched::Gone(Gone::Absent),
        })
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let now = self.clock.now();
        let mut entries = self.lock();
        let live =
            matches!(entries.get(handle), Some(Entry::Live(record, _)) if !record.header.is_expired(now));
        if live {
            entries.remove(handle);
            if self.flaw != Flaw::SkipTombstone {
                entries.insert(*handle, Entry::Tombstone(now.after(TOMBSTONE_LIFE)));
            }
        }
        Ok(live)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
}
