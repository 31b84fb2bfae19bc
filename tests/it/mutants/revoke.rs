//! A store of marks, and what is broken in its mutants.

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use session::clock::{Clock as _, ManualClock, Timestamp};
use session::record::{Nonce, Principal};
use session::store::{MARGIN, Marks, Revoke, ServerSide, Store};
use session::testing::ReferenceStore;
use session::testing::conformance::{OnClock, revoke_laws};
use session::{Error, Handle};
use session_tests::pass_on;

const COVERS: Duration = Duration::from_secs(3600);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    EverythingIsMarked,
    DatesTheFuture,
    TheFirstRevocationCounts,
    EqualRaisesAreMade,
    RaisesLower,
    RetriesAreOthers,
    KnowsEveryNonce,
    EndsAreRepeated,
    RaisesReviveTheEnded,
    MarksWhatLooksAlike,
    PrincipalsAreLineages,
    ForgetsAtTheEndOfLives,
    ForgetsWhatWasRenewed,
    LooksAndRaises,
}

#[derive(Debug)]
struct Board {
    flaw: Flaw,
    clock: Arc<ManualClock>,
    store: ReferenceStore,
    principals: Mutex<HashMap<[u8; 16], (Timestamp, Timestamp)>>,
    lineages: Mutex<HashMap<[u8; 16], Mark>>,
}

#[derive(Debug, Clone, Default)]
struct Mark {
    min: u32,
    by: Vec<Nonce>,
    until: Timestamp,
}

impl Board {
    fn new(flaw: Flaw, clock: Arc<ManualClock>) -> Self {
        let store = ReferenceStore::new(Arc::clone(&clock));
        Self { flaw, clock, store, principals: Mutex::default(), lineages: Mutex::default() }
    }

    fn key(&self, mut bytes: [u8; 16]) -> [u8; 16] {
        if self.flaw == Flaw::MarksWhatLooksAlike {
            bytes[7] = 0;
        }
        bytes
    }

    fn until(&self) -> Timestamp {
        let margin = if self.flaw == Flaw::ForgetsAtTheEndOfLives { Duration::ZERO } else { MARGIN };
        self.clock.now().after(COVERS + margin)
    }

    fn raised(&self, lineage: &Handle, to: u32, by: Option<Nonce>) -> bool {
        let key = self.key(*lineage.as_bytes());
        let mut mark = self.lineages.lock().unwrap().get(&key).cloned().unwrap_or_default();
        if self.flaw == Flaw::LooksAndRaises {
            thread::yield_now();
        }
        let mut lineages = self.lineages.lock().unwrap();
        if self.flaw != Flaw::LooksAndRaises {
            mark = lineages.get(&key).cloned().unwrap_or_default();
        }
        let known = by.is_some_and(|by| mark.by.last() == Some(&by));
        match self.flaw {
            Flaw::KnowsEveryNonce if by.is_some_and(|by| mark.by.contains(&by)) => return true,
            Flaw::RetriesAreOthers if known && mark.min == to => return false,
            _ if known && mark.min == to => return true,
            Flaw::EqualRaisesAreMade if mark.min == to => {}
            Flaw::RaisesLower if mark.min != to && to != Marks::ENDED && mark.min != Marks::ENDED => {}
            Flaw::EndsAreRepeated if to == Marks::ENDED => {}
            Flaw::RaisesReviveTheEnded if mark.min == Marks::ENDED && to != Marks::ENDED => {}
            _ if mark.min >= to => return false,
            _ => {}
        }
        let renews = self.flaw != Flaw::ForgetsWhatWasRenewed || mark.until == Timestamp::default();
        mark.until = if renews { self.until() } else { mark.until };
        mark.min = to;
        mark.by.extend(by);
        lineages.insert(key, mark);
        true
    }
}

impl Revoke for Board {
    async fn marks(&self, principal: &Principal, lineage: &Handle) -> Result<Marks, Error> {
        let now = self.clock.now();
        let read = |bytes| {
            let (moment, until) = *self.principals.lock().unwrap().get(&self.key(bytes))?;
            (now < until).then_some(moment)
        };
        let mut marks = Marks::none(now);
        marks.not_before = read(principal.0);
        let lineages = self.lineages.lock().unwrap();
        let mark = lineages.get(&self.key(*lineage.as_bytes())).filter(|mark| now < mark.until);
        marks.min_rotations = mark.map_or(0, |mark| mark.min);
        match self.flaw {
            Flaw::EverythingIsMarked => marks.min_rotations = marks.min_rotations.max(1),
            Flaw::PrincipalsAreLineages if marks.not_before.is_some() => marks.min_rotations = Marks::ENDED,
            _ => {}
        }
        Ok(marks)
    }

    async fn revoke_all(&self, principal: &Principal) -> Result<Timestamp, Error> {
        let mut moment = self.clock.now();
        let (key, until) = (self.key(principal.0), self.until());
        let mut principals = self.principals.lock().unwrap();
        match self.flaw {
            Flaw::DatesTheFuture => moment = moment.after(MARGIN),
            Flaw::TheFirstRevocationCounts => {
                moment = principals.get(&key).map_or(moment, |(first, _)| *first);
            }
            _ => {}
        }
        principals.insert(key, (moment, until));
        Ok(moment)
    }

    async fn raise(&self, lineage: &Handle, to: u32, by: Nonce) -> Result<bool, Error> {
        Ok(self.raised(lineage, to, Some(by)))
    }

    async fn end(&self, lineage: &Handle) -> Result<bool, Error> {
        Ok(self.raised(lineage, Marks::ENDED, None))
    }

    fn covers(&self) -> Duration {
        COVERS
    }
}

/// Whoever keeps marks keeps sessions, too.
impl Store for Board {
    type Kind = ServerSide;

    pass_on!(store: load commit touch delete health capabilities);

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

session::conformance! {
    mod laws;
    subject = OnClock::new(|clock| Board::new(Flaw::None, clock));
    only = [revoke];
}

#[test]
fn broken_marks_are_found() {
    const RAISE: &str = "a_raise_is_made_once_and_never_lowers";
    const RETRY: &str = "a_retried_raise_is_answered_as_before";
    const END: &str = "an_end_is_for_good";
    const OTHERS: &str = "marks_concern_nothing_else";
    const OUTLIVE: &str = "marks_outlive_what_they_mark";
    const THREADS: &str = "of_concurrent_raises_one_is_made";
    let expected: [(Flaw, &[&str]); 14] = [
        (Flaw::EverythingIsMarked, &["what_was_never_marked_has_no_marks", OTHERS]),
        (Flaw::DatesTheFuture, &["a_revocation_is_dated_by_the_clock_of_the_marks"]),
        (Flaw::TheFirstRevocationCounts, &["the_later_of_two_revocations_counts"]),
        (Flaw::EqualRaisesAreMade, &[RAISE, END, THREADS]),
        (Flaw::RaisesLower, &[RAISE, RETRY]),
        (Flaw::RetriesAreOthers, &[RETRY]),
        (Flaw::KnowsEveryNonce, &[RETRY, THREADS]),
        (Flaw::EndsAreRepeated, &[END]),
        (Flaw::RaisesReviveTheEnded, &[END]),
        (Flaw::MarksWhatLooksAlike, &[OTHERS]),
        (Flaw::PrincipalsAreLineages, &[OTHERS]),
        (Flaw::ForgetsAtTheEndOfLives, &[OUTLIVE]),
        (Flaw::ForgetsWhatWasRenewed, &[OUTLIVE]),
        (Flaw::LooksAndRaises, &[THREADS]),
    ];
    let mut found = BTreeSet::new();
    for (flaw, expected) in expected {
        let mut broken = BTreeSet::new();
        for law in revoke_laws() {
            let subject = OnClock::new(|clock| Board::new(flaw, clock));
            if catch_unwind(AssertUnwindSafe(|| (law.run)(&subject))).is_err() {
                broken.insert(law.name);
            }
        }
        assert_eq!(broken, expected.iter().copied().collect(), "{flaw:?}");
        found.extend(broken);
    }
    let all = revoke_laws::<OnClock<Board>>().iter().map(|law| law.name).collect();
    assert_eq!(found, all, "every law can be broken");
}
