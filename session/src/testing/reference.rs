use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, ErrorKind};
use crate::record::Record;
use crate::store::{
    Capabilities, Commit, Cursor, Health, Index, Load, Locator, Member, Page, Scan, ServerSide, Slot, Store,
    Term, Touch, Touched, Verdict, Write, decide, decide_touch,
};
use crate::testing::Rolls;
use crate::token::Handle;

/// Twice the default of the time that a create may take.
const TOMBSTONE_LIFE: Duration = Duration::from_secs(60);

/// A store that is obviously correct: one map, one lock, and the rules as they stand in [`decide`] and [`decide_touch`].
/// Slow, and not bounded; for tests. Clones are the same store.
#[derive(Debug, Clone)]
pub struct ReferenceStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    map: BTreeMap<Handle, Entry>,
    rolls: Rolls,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "simple rather than small")]
enum Entry {
    Record(Record),
    Tombstone { until: Timestamp },
}

impl ReferenceStore {
    /// An empty store that goes by that clock.
    pub fn new(clock: impl Clock) -> Self {
        Self(Arc::new(Inner { clock: Arc::new(clock), state: Mutex::default() }))
    }

    /// How much it keeps: records, live or expired, tombstones, and members and bars of indexes.
    pub fn kept(&self) -> usize {
        let state = self.lock().1;
        state.map.len() + state.rolls.kept()
    }

    /// What there is at this moment, without what nobody can ask for any more.
    fn lock(&self) -> (Timestamp, MutexGuard<'_, State>) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.now();
        state.rolls.sweep(now);
        state.map.retain(|_, entry| match entry {
            // An expired record stays as long as its own create might come once more.
            Entry::Record(record) => {
                !record.header.is_expired(now) || now < record.header.created.after(TOMBSTONE_LIFE)
            }
            Entry::Tombstone { until } => now < *until,
        });
        (now, state)
    }
}

impl State {
    fn commit(&mut self, write: &Write, now: Timestamp) -> Commit {
        let Self { map, rolls } = self;
        for member in write.listing.iter().flat_map(|listing| &listing.evicts) {
            map.insert(member.handle, Entry::Tombstone { until: now.after(TOMBSTONE_LIFE) });
        }
        rolls.commit(write, now, || {
            let slot = slot(map.get(&write.handle));
            match (decide(slot, write, now), slot) {
                (Verdict::Apply(record), _) => {
                    map.insert(write.handle, Entry::Record(record.clone()));
                    Commit::Committed { record, sealed: None }
                }
                (Verdict::Applied, Slot::Record(record)) => {
                    Commit::Committed { record: record.clone(), sealed: None }
                }
                (Verdict::Conflict, Slot::Record(record)) => Commit::Conflict(record.clone()),
                (Verdict::Applied | Verdict::Conflict, _) => unreachable!("said of records only"),
                (Verdict::Gone(why), _) => Commit::Gone(why),
                (Verdict::Unknown, _) => Commit::OutcomeUnknown,
            }
        })
    }
}

fn slot(entry: Option<&Entry>) -> Slot<'_> {
    match entry {
        Some(Entry::Record(record)) => Slot::Record(record),
        Some(Entry::Tombstone { .. }) => Slot::Tombstone,
        None => Slot::Vacant,
    }
}

fn is_live(entry: &Entry, now: Timestamp) -> bool {
    matches!(entry, Entry::Record(record) if !record.header.is_expired(now))
}

impl Store for ReferenceStore {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Handle(handle) = at else {
            return Err(Error::new(ErrorKind::Unsupported { power: "open sealed records" }));
        };
        let (now, state) = self.lock();
        let map = &state.map;
        Ok(match map.get(handle) {
            Some(Entry::Record(record)) if !record.header.is_expired(now) => Load::Found(record.clone()),
            _ => Load::Absent,
        })
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let (now, mut state) = self.lock();
        Ok(state.commit(write, now))
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let (now, mut state) = self.lock();
        let map = &mut state.map;
        Ok(match (decide_touch(slot(map.get(&touch.handle)), touch, now), map.get_mut(&touch.handle)) {
            (Ok(moved), Some(Entry::Record(Record { header, .. }))) => {
                header.idle_deadline = moved.unwrap_or(header.idle_deadline);
                Touched::Until { idle_deadline: header.idle_deadline, sealed: None }
            }
            (Ok(_), _) => unreachable!("only records are touched"),
            (Err(why), _) => Touched::Gone(why),
        })
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        let (now, mut state) = self.lock();
        let map = &mut state.map;
        Ok(match map.get_mut(handle) {
            Some(entry) if is_live(entry, now) => {
                *entry = Entry::Tombstone { until: now.after(TOMBSTONE_LIFE) };
                true
            }
            _ => false,
        })
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { index: true, ..Capabilities::default() }
    }
}

impl Index for ReferenceStore {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        let (now, mut state) = self.lock();
        Ok(state.rolls.of(term).members(now))
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        let (now, mut state) = self.lock();
        Ok(state.rolls.of(term).bar(except.copied(), now))
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        let (now, mut state) = self.lock();
        let tombstone = Entry::Tombstone { until: now.after(TOMBSTONE_LIFE) };
        Ok(state.map.insert(*handle, tombstone).is_some_and(|entry| is_live(&entry, now)))
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        let (_, mut state) = self.lock();
        for member in members {
            state.rolls.of(term).unlist(member);
        }
        Ok(())
    }
}

impl Scan for ReferenceStore {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        let after = cursor.map(|cursor| Handle::from_bytes(cursor.0[..].try_into().expect("our own cursor")));
        let (now, state) = self.lock();
        let map = &state.map;
        let rest = map.range((after.map_or(Unbounded, Excluded), Unbounded));
        let live = rest.filter(|(_, entry)| is_live(entry, now)).map(|(handle, _)| *handle);
        let handles: Vec<_> = live.take(limit.max(1)).collect();
        let next = handles.last().map(|last| Cursor(last.as_bytes().to_vec()));
        Ok(Page { handles, next })
    }

    async fn count(&self) -> Result<u64, Error> {
        let (now, state) = self.lock();
        let map = &state.map;
        Ok(map.values().filter(|entry| is_live(entry, now)).count() as u64)
    }

    async fn clear(&self) -> Result<u64, Error> {
        let (now, mut state) = self.lock();
        let map = &mut state.map;
        let mut ended = 0;
        for entry in map.values_mut().filter(|entry| is_live(entry, now)) {
            *entry = Entry::Tombstone { until: now.after(TOMBSTONE_LIFE) };
            ended += 1;
        }
        Ok(ended)
    }
}
