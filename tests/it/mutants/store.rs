//! The reference store once more, with one rule broken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use session::clock::{Clock as _, ManualClock, Timestamp};
use session::record::{Credential, Nonce, Packing, Principal, Record};
use session::store::{
    Absolute, Capabilities, Commit, Condition, Draft, Gone, Health, Load, Loads, Locator, Rotation,
    ServerSide, Slot, Store, Times, Touch, Touched, Verdict, Write, decide, decide_touch,
};
use session::{Applied, Error, Handle, Proof};

use super::flaws::Flaw;

/// How long an expired record is kept, so that ignoring that it has expired does something.
const KEPT: Duration = Duration::from_secs(120);
pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MS: Duration = Duration::from_millis(1);

/// How often a racy operation lets others run between its two halves.
const GAP: usize = 500;

#[derive(Debug)]
pub(super) struct Mutant {
    pub(super) flaw: Flaw,
    clock: Arc<ManualClock>,
    state: Mutex<State>,
    cut: AtomicBool,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) map: BTreeMap<Handle, Entry>,
    /// What every handle was once used for.
    known: BTreeSet<Handle>,
    pub(super) deleted: BTreeSet<Handle>,
    /// Entries that are of no use.
    junk: usize,
    in_the_gap: usize,
}

#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "simple rather than small")]
pub(super) enum Entry {
    Record(Kept),
    Tombstone {
        until: Timestamp,
        /// What stood there, for flaws that remember it.
        was: Option<Box<Kept>>,
    },
}

#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) record: Record,
    /// The secret that the session began with.
    pub(super) first: Option<Proof>,
    /// When it ends by a book that nobody but commits keeps.
    pub(super) committed_until: Timestamp,
    pub(super) touched_at: Option<Timestamp>,
}

impl Kept {
    fn of(record: Record, before: Option<&Self>) -> Self {
        let first = match before {
            Some(before) => before.first,
            None => record.header.credential.as_ref().map(|credential| credential.proof),
        };
        Self { first, committed_until: record.header.deadline(), touched_at: None, record }
    }
}

impl Mutant {
    pub(super) fn new(flaw: Flaw, clock: Arc<ManualClock>) -> Self {
        Self { flaw, clock, state: Mutex::default(), cut: AtomicBool::new(false) }
    }

    pub(super) fn kept(&self) -> usize {
        let (_, state) = self.lock();
        state.map.len() + state.junk
    }

    pub(super) fn cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::SeqCst);
    }

    pub(super) fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    pub(super) fn lock(&self) -> (Timestamp, MutexGuard<'_, State>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let records_stay = self.is(Flaw::NeverForgetsTheExpired);
        let tombstones_stay = self.is(Flaw::NeverForgetsTheDeleted);
        state.map.retain(|_, entry| match entry {
            Entry::Record(kept) => records_stay || now < kept.record.header.deadline().after(KEPT),
            Entry::Tombstone { until, .. } => tombstones_stay || now < *until,
        });
        (now, state)
    }

    /// The answer that a flaw gives instead of saying that there is no connection.
    pub(super) fn reach<V>(&self, flaw: Flaw, instead: V) -> Result<Option<V>, Error> {
        match (self.cut.load(Ordering::SeqCst), self.is(flaw)) {
            (false, _) => Ok(None),
            (true, true) => Ok(Some(instead)),
            (true, false) => Err(Error::unavailable(Applied::No, "cut off")),
        }
    }

    pub(super) fn bury(&self, handle: Handle, state: &mut State, now: Timestamp) {
        let life = if self.is(Flaw::TombstonesAreShort) { 45 } else { 60 };
        let was = match state.map.remove(&handle) {
            Some(Entry::Record(kept)) => Some(Box::new(kept)),
            _ => None,
        };
        state.deleted.insert(handle);
        state.map.insert(handle, Entry::Tombstone { until: now.after(life * SECOND), was });
    }

    /// Between reading and writing others have their turn, until one of them has done what the flaw waits for.
    fn gap(&self, done: impl Fn(&State) -> bool) {
        self.lock().1.in_the_gap += 1;
        for _ in 0..GAP {
            if done(&self.lock().1) {
                break;
            }
            thread::yield_now();
        }
        self.lock().1.in_the_gap -= 1;
    }

    /// Whether the flaw makes this write in two halves.
    fn tears(&self, write: &Write, before: Option<&Entry>) -> bool {
        let update = matches!(write.condition, Condition::Matches { .. }) && !write.times.rotation.rotates();
        match self.flaw {
            Flaw::TearsUpdates | Flaw::DeletesAreOvertaken => update,
            Flaw::TearsCreates => before.is_none(),
            Flaw::TearsRotations => write.times.rotation.rotates(),
            _ => false,
        }
    }

    fn turn_of_others(&self, write: &Write) {
        match self.flaw {
            Flaw::DeletesAreOvertaken => {
                self.gap(|state| matches!(state.map.get(&write.handle), Some(Entry::Tombstone { .. })));
            }
            _ => self.gap(|state| state.in_the_gap > 1),
        }
    }
    fn write(&self, write: &Write) -> Commit {
        let (now, mut state) = self.lock();
        if let Some(Entry::Tombstone { was, .. }) = state.map.get_mut(&write.handle)
            && self.is(Flaw::OneLoadSeesTheDeleted)
        {
            *was = None;
        }
        let before = state.map.get(&write.handle).cloned();
        let known = state.known.contains(&write.handle);
        let deleted = state.deleted.contains(&write.handle);
        let seen = self.flaw.sees(before.as_ref(), write, now);
        let bent = self.flaw.bends(before.as_ref(), write, now);
        let verdict = decide(slot(seen.as_ref()), &bent, self.flaw.time(write, before.as_ref(), now));
        let verdict = self.flaw.judges(verdict, before.as_ref(), &bent, now, (known, deleted));
        if matches!(verdict, Verdict::Apply(_)) && self.tears(write, before.as_ref()) {
            drop(state);
            self.turn_of_others(write);
            state = self.lock().1;
            let present = state.map.get(&write.handle);
            let deleted = matches!(present, Some(Entry::Tombstone { .. }));
            // Everything is looked at once more but what the flaw forgets.
            let forgotten = deleted == self.is(Flaw::DeletesAreOvertaken);
            if !forgotten && fingerprint(present) != fingerprint(before.as_ref()) {
                drop(state);
                return self.write(write);
            }
        }
        let before_record = match &before {
            Some(Entry::Record(kept)) => Some(kept),
            _ => None,
        };
        match verdict {
            Verdict::Apply(mut record) => {
                self.flaw.spoils(&mut record, before_record.map(|kept| &kept.record), &bent, now);
                state.junk += usize::from(self.is(Flaw::KeepsALogForEver) && before_record.is_some());
                state.known.insert(write.handle);
                state.map.insert(write.handle, Entry::Record(Kept::of(record.clone(), before_record)));
                Commit::Committed { record, sealed: None }
            }
            Verdict::Applied => match before_record {
                Some(kept) => Commit::Committed { record: kept.record.clone(), sealed: None },
                None => Commit::Gone(Gone::Absent),
            },
            Verdict::Conflict => match before_record {
                Some(kept) => Commit::Conflict(self.flaw.tells(kept.record.clone())),
                None => Commit::Gone(Gone::Absent),
            },
            Verdict::Gone(why) => {
                if why == Gone::TooLate && self.is(Flaw::RefusedCreatesLeaveATombstone) {
                    self.bury(write.handle, &mut state, now);
                }
                Commit::Gone(why)
            }
            Verdict::Unknown => Commit::OutcomeUnknown,
        }
    }
}

fn slot(entry: Option<&Entry>) -> Slot<'_> {
    match entry {
        Some(Entry::Record(kept)) => Slot::Record(&kept.record),
        Some(Entry::Tombstone { .. }) => Slot::Tombstone,
        None => Slot::Vacant,
    }
}

pub(super) fn is_live(entry: &Entry, now: Timestamp) -> bool {
    matches!(entry, Entry::Record(kept) if !kept.record.header.is_expired(now))
}

impl Store for Mutant {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Handle(handle) = at else { return Ok(Load::Absent) };
        if self.is(Flaw::AFailedLoadEvicts) && self.cut.load(Ordering::SeqCst) {
            self.lock().1.map.remove(handle);
        }
        if let Some(load) = self.reach(Flaw::AnOutageIsAbsent, Load::Absent)? {
            return Ok(load);
        }
        let (now, mut state) = self.lock();
        let late = if self.is(Flaw::ExpiresAMillisecondLate) { MS } else { Duration::ZERO };
        let found = match state.map.get_mut(handle) {
            Some(Entry::Record(kept)) => {
                let by_header = now >= kept.record.header.deadline().after(late);
                let by_commits = self.is(Flaw::LoadsForgetTouches) && now >= kept.committed_until;
                (!by_header && !by_commits).then(|| kept.record.clone())
            }
            Some(Entry::Tombstone { was, .. }) if self.is(Flaw::OneLoadSeesTheDeleted) => {
                was.take().map(|kept| kept.record)
            }
            _ => None,
        };
        Ok(found.map_or(Load::Absent, Load::Found))
    }

    async fn load_many(&self, handles: &[Handle]) -> Result<Loads, Error> {
        self.batch(handles)
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let sent = !self.cut.load(Ordering::SeqCst);
        if !sent && !self.is(Flaw::AnUnsentCommitApplies) {
            let gone = self.reach(Flaw::AnOutageIsGoneToCommits, Commit::Gone(Gone::Absent))?;
            return Ok(gone.unwrap_or(Commit::OutcomeUnknown));
        }
        let answer = self.write(write);
        if sent { Ok(answer) } else { Err(Error::unavailable(Applied::No, "cut off")) }
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        if let Some(touched) = self.reach(Flaw::AnOutageIsGoneToTouches, Touched::Gone(Gone::Absent))? {
            return Ok(touched);
        }
        let (now, mut state) = self.lock();
        let (known, deleted) = (state.known.contains(&touch.handle), state.deleted.contains(&touch.handle));
        if let Some(made) = self.flaw.touches_into_being(state.map.get(&touch.handle), known, deleted, now) {
            state.map.insert(touch.handle, Entry::Record(Kept::of(made, None)));
        }
        if let Some(Entry::Tombstone { was, .. }) = state.map.get_mut(&touch.handle) {
            *was = None;
        }
        let bent = self.flaw.bends_touch(state.map.get(&touch.handle), touch, now);
        let time = self.flaw.touch_time(state.map.get(&touch.handle), now);
        let verdict = decide_touch(slot(state.map.get(&touch.handle)), &bent, time);
        Ok(match (verdict, state.map.get_mut(&touch.handle)) {
            (Ok(moved), Some(Entry::Record(kept))) => {
                Touched::Until { idle_deadline: self.flaw.moves(kept, moved, &bent, now), sealed: None }
            }
            (Ok(_), _) => Touched::Gone(Gone::Absent),
            (Err(why), _) => Touched::Gone(why),
        })
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        if let Some(ended) = self.reach(Flaw::AnOutageEndsNothing, false)? {
            return Ok(ended);
        }
        let (now, mut state) = self.lock();
        if self.is(Flaw::DeletesWhatLooksAlike) {
            let alike = |other: &Handle| other.as_bytes()[1..] == handle.as_bytes()[1..];
            state.map.retain(|other, _| other == handle || !alike(other));
        }
        Ok(match state.map.get_mut(handle) {
            Some(Entry::Record(kept))
                if kept.record.header.rotations > 0 && self.is(Flaw::RotatedSessionsCannotBeDeleted) =>
            {
                false
            }
            Some(entry) if is_live(entry, now) => {
                self.bury(*handle, &mut state, now);
                true
            }
            Some(Entry::Record(_)) => self.is(Flaw::TheExpiredCanBeDeleted),
            Some(Entry::Tombstone { was, .. }) => {
                *was = None;
                self.is(Flaw::DeletesTwice)
            }
            None if self.is(Flaw::JunkLeavesATombstone) => {
                self.bury(*handle, &mut state, now);
                false
            }
            None => {
                state.junk += usize::from(self.is(Flaw::JunkTakesMemory));
                self.is(Flaw::JunkCounts)
            }
        })
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        let _ = self.reach(Flaw::AnOutageIsHealthy, ())?;
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }
}

/// What a touch of nothing makes.
pub(super) fn a_record(now: Timestamp) -> Record {
    let draft = Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 1,
        lineage: [0; 16],
        packing: Packing::NONE,
        binding: None,
        principal: Principal::NOBODY,
        credential: Some(Credential::only(Proof::from_bytes([0; 32]))),
    };
    let times = Times {
        idle_span: KEPT,
        absolute: Absolute::Span(KEPT),
        authenticates: false,
        rotation: Rotation::None,
    };
    let condition = Condition::Absent { not_after: now };
    let nonce = Nonce([9; 8]);
    let write = Write::new(Handle::from_bytes([0; 16]), condition, nonce, draft, times, Bytes::new());
    Record { header: write.header(None, now), fields: Bytes::new() }
}

/// Enough to see that something else stands there.
fn fingerprint(entry: Option<&Entry>) -> Option<(u64, bool)> {
    entry.map(|entry| match entry {
        Entry::Record(kept) => (kept.record.header.revision, true),
        Entry::Tombstone { .. } => (0, false),
    })
}
