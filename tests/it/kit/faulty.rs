//! Faults are what the test asked for, and the same ones for the same seed.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use session::record::{Credential, Nonce, Packing, Principal, Record};
use session::store::{
    Absolute, Commit, Condition, Draft, Load, Locator, Rotation, Scan as _, Store, Times, Touch, Write,
};
use session::testing::{
    Chances, Counting, Fault, Faulty, Gate, ManualClock, Operation, ReferenceStore, block_on,
};
use session::{Applied, Error, ErrorKind, Handle, Proof};

const HOUR: Duration = Duration::from_secs(3600);
const HANDLE: Handle = Handle::from_bytes([1; 16]);
const PROOF: Proof = Proof::from_bytes([1; 32]);

type World = Faulty<Counting<ReferenceStore>>;

fn world() -> (World, Counting<ReferenceStore>) {
    let store = Counting::new(ReferenceStore::new(Arc::new(ManualClock::default())));
    (Faulty::new(store.clone()), store)
}

fn write(store: &impl Store, base: Option<&Record>, by: u8) -> Write {
    let draft = Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 1,
        lineage: [0; 16],
        packing: Packing::NONE,
        binding: None,
        principal: Principal::NOBODY,
        credential: Some(Credential::only(PROOF)),
    };
    let times = Times {
        idle_span: HOUR,
        absolute: Absolute::Span(HOUR),
        authenticates: false,
        rotation: Rotation::None,
    };
    let condition = match base {
        Some(base) => Condition::Matches { stamp: base.header.stamp(), proof: PROOF },
        None => Condition::Absent { not_after: store.now().after(HOUR) },
    };
    Write::new(HANDLE, condition, Nonce([by; 8]), draft, times, vec![].into())
}

fn load(store: &impl Store) -> Option<Record> {
    match block_on(store.load(&Locator::Handle(HANDLE))).expect("there is no fault") {
        Load::Found(record) => Some(record),
        Load::Absent => None,
    }
}

fn begin(store: &impl Store) -> Record {
    assert!(matches!(block_on(store.commit(&write(store, None, 0))), Ok(Commit::Committed { .. })));
    load(store).expect("it was created")
}

fn applied<V: std::fmt::Debug>(answer: Result<V, Error>) -> Applied {
    match answer.expect_err("a fault was asked for").kind() {
        ErrorKind::Unavailable { applied, .. } => *applied,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_fault_does_what_it_says_and_no_more() {
    let (faulty, inner) = world();
    let create = write(&faulty, None, 0);
    for (fault, says, made) in [
        (Fault::FailBefore, Applied::No, false),
        (Fault::LoseRequest, Applied::Unknown, false),
        (Fault::LoseAnswer, Applied::Unknown, true),
    ] {
        faulty.next(Operation::Commit, fault);
        assert_eq!(applied(block_on(faulty.commit(&create))), says);
        assert_eq!(load(&inner).is_some(), made);
    }
    let mut again = create;
    again.answer_lost = true;
    assert!(matches!(block_on(faulty.commit(&again)), Ok(Commit::Committed { .. })));
}

#[test]
fn a_fault_is_for_one_call_of_its_operation() {
    let (faulty, _) = world();
    faulty.next(Operation::Load, Fault::None);
    faulty.next(Operation::Load, Fault::FailBefore);
    let touch = Touch::new(HANDLE, PROOF, Duration::ZERO);
    assert!(block_on(faulty.touch(&touch)).is_ok());
    assert!(block_on(faulty.delete(&HANDLE)).is_ok());
    assert!(block_on(faulty.health()).is_ok());
    assert!(block_on(faulty.count()).is_ok());
    assert_eq!(load(&faulty).map(|_| ()), None);
    assert_eq!(applied(block_on(faulty.load(&Locator::Handle(HANDLE)))), Applied::No);
    assert_eq!(load(&faulty).map(|_| ()), None);
}

#[test]
fn a_store_that_is_cut_off_answers_nothing_until_it_heals() {
    let (faulty, inner) = world();
    begin(&faulty);
    let _ = inner.take();
    faulty.cut(true);
    let touch = Touch::new(HANDLE, PROOF, Duration::ZERO);
    assert_eq!(applied(block_on(faulty.load(&Locator::Handle(HANDLE)))), Applied::No);
    assert_eq!(applied(block_on(faulty.touch(&touch))), Applied::No);
    assert_eq!(applied(block_on(faulty.delete(&HANDLE))), Applied::No);
    assert_eq!(applied(block_on(faulty.health())), Applied::No);
    assert_eq!(applied(block_on(faulty.scan(None, 1))), Applied::No);
    assert_eq!(inner.take().total(), 0);
    faulty.heal();
    assert!(load(&faulty).is_some());
}

#[test]
fn a_resent_commit_arrives_twice_and_applies_once() {
    let (faulty, inner) = world();
    faulty.next(Operation::Commit, Fault::Resend);
    assert_eq!(begin(&faulty).header.revision, 1);
    assert_eq!(inner.take().commit, 2);
}

#[test]
fn a_delayed_call_goes_on_by_itself() {
    let (faulty, _) = world();
    faulty.next(Operation::Commit, Fault::Delay(5));
    begin(&faulty);
}

#[test]
fn a_commit_that_nobody_overtakes_goes_on_by_itself() {
    let (faulty, _) = world();
    faulty.next(Operation::Commit, Fault::Overtaken { patience: 3 });
    begin(&faulty);
}

#[test]
fn a_commit_can_be_overtaken() {
    let (faulty, _) = world();
    let base = begin(&faulty);
    let [early, late] = [1, 2].map(|by| write(&faulty, Some(&base), by));
    faulty.next(Operation::Commit, Fault::Overtaken { patience: u32::MAX });
    let mut held = pin!(faulty.commit(&early));
    assert!(held.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let Ok(Commit::Committed { record: overtaking, .. }) = block_on(faulty.commit(&late)) else {
        panic!("the later commit is not held back")
    };
    let held = block_on(held);
    assert!(matches!(held, Ok(Commit::Conflict(record)) if record.header == overtaking.header));
}

#[test]
fn a_call_stops_where_the_test_wants_it() {
    let (faulty, inner) = world();
    let base = begin(&faulty);
    for (by, after) in [(1, false), (2, true)] {
        let gate = Gate::new();
        let fault = match after {
            true => Fault::PauseAfter(gate.clone()),
            false => Fault::PauseBefore(gate.clone()),
        };
        let before = load(&inner).expect("it is live").header.revision;
        let base = load(&inner).unwrap_or_else(|| base.clone());
        faulty.next(Operation::Commit, fault);
        thread::scope(|scope| {
            let commit = scope.spawn(|| block_on(faulty.commit(&write(&faulty, Some(&base), by))));
            block_on(gate.arrived(1));
            let between = load(&inner).expect("it is live").header.revision;
            assert_eq!(between, before + u64::from(after));
            gate.open();
            assert!(matches!(commit.join().expect("no panic"), Ok(Commit::Committed { .. })));
        });
    }
}

#[test]
fn a_seed_decides_and_decides_the_same_again() {
    let chances =
        Chances { fail_before: 200, lose_request: 200, lose_answer: 200, resend: 100, ..Chances::default() };
    let run = |seed| {
        let store = ReferenceStore::new(Arc::new(ManualClock::default()));
        let faulty = Faulty::seeded(store, seed, chances);
        (0..300)
            .map(|_| match block_on(faulty.load(&Locator::Handle(HANDLE))) {
                Ok(_) => None,
                Err(error) => Some(applied::<()>(Err(error))),
            })
            .collect::<Vec<_>>()
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    for outcome in [None, Some(Applied::No), Some(Applied::Unknown)] {
        assert!(first.contains(&outcome), "{outcome:?} never happened in 300 calls");
    }
}

/// What the faults are for: one logical commit, retried through whatever happens, counts once.
#[test]
fn commits_through_a_bad_network_are_exact() {
    let chances = Chances {
        fail_before: 100,
        lose_request: 150,
        lose_answer: 150,
        resend: 100,
        delay: 50,
        overtaken: 50,
    };
    for seed in 0..50 {
        let reference = ReferenceStore::new(Arc::new(ManualClock::default()));
        let faulty = Faulty::seeded(reference.clone(), seed, chances);
        let mut record = begin(&reference);
        for by in 1..=20 {
            let mut write = write(&faulty, Some(&record), by);
            record = loop {
                match block_on(faulty.commit(&write)) {
                    Ok(Commit::Committed { record, .. }) => break record,
                    Ok(other) => panic!("seed {seed}: {other:?}"),
                    Err(error) => write.answer_lost |= applied::<()>(Err(error)) == Applied::Unknown,
                }
            };
        }
        assert_eq!(load(&reference).expect("it is live").header.revision, 21, "seed {seed}");
    }
}
