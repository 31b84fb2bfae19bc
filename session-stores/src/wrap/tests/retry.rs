use std::cell::Cell;

use session::event::{SessionEvent, from_fn};
use session::testing::{Fault, Faulty, Gate, Operation};

use super::*;

/// Does not wait, so that attempts can be counted.
const AT_ONCE: RetryPolicy = RetryPolicy {
    attempts: 3,
    base: Duration::ZERO,
    cap: Duration::ZERO,
    multiplier: 2.0,
    jitter: Jitter::Full,
    deadline: Duration::from_millis(700),
};

fn retried<S: Store>(store: S) -> Retry<S> {
    Retry::new(store, AT_ONCE, RetryBudget::default()).unwrap()
}

/// What is sent, and what becomes of it, is the test's to say.
fn faulty() -> (Net, Faulty<Net>, Retry<Faulty<Net>>) {
    let net = Net::new();
    let faults = Faulty::new(net.clone());
    let store = retried(faults.clone());
    (net, faults, store)
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_asked_is_asked_again() {
    let (net, faults, store) = faulty();
    for operation in
        [Operation::Load, Operation::Commit, Operation::Touch, Operation::Delete, Operation::Scan]
    {
        faults.next(operation, Fault::FailBefore);
        faults.next(operation, Fault::FailBefore);
    }
    committed(store.commit(&net.create(1)).await);
    assert!(matches!(store.load(&at(1)).await, Ok(Load::Found(_))));
    assert!(matches!(store.touch(&touch(1)).await, Ok(Touched::Until { .. })));
    assert_eq!(store.scan(None, 10).await.unwrap().handles, [handle(1)]);
    assert!(store.delete(&handle(1)).await.unwrap());
    assert_eq!(net.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_is_found_by_its_nonce() {
    let (net, faults, store) = faulty();
    faults.next(Operation::Commit, Fault::LoseAnswer);
    let record = committed(store.commit(&net.create(1)).await);
    assert_eq!((record.header.revision, net.calls()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_applies_once() {
    let (net, faults, store) = faulty();
    for (number, fault) in [(1, Fault::LoseAnswer), (2, Fault::LoseRequest), (3, Fault::FailBefore)] {
        let base = net.begin(number).await;
        faults.next(Operation::Commit, fault);
        let made = committed(store.commit(&update(number, &base, 1)).await);
        assert_eq!(made.header.revision, 2);
        assert!(matches!(net.load(&at(number)).await, Ok(Load::Found(found)) if found.header == made.header));
    }
}

/// Another request commits while the answer is on its way.
#[tokio::test(start_paused = true)]
async fn an_update_whose_answer_was_lost_is_found_behind_the_updates_of_others() {
    let (net, faults, store) = faulty();
    let base = net.begin(1).await;
    let gate = Gate::new();
    faults.next(Operation::Commit, Fault::LoseAnswer);
    faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    let retried = tokio::spawn({
        let write = update(1, &base, 1);
        async move { store.commit(&write).await }
    });
    gate.arrived(1).await;
    let Ok(Load::Found(made)) = net.load(&at(1)).await else { panic!("it is there") };
    let others = committed(net.commit(&update(1, &made, 2)).await);
    gate.open();
    let record = committed(retried.await.unwrap());
    assert_eq!(record.header, others.header, "made once, and others after it");
}

/// The first attempt never arrived, and so many others came meanwhile that the record cannot tell.
#[tokio::test(start_paused = true)]
async fn a_retry_of_which_nobody_knows_is_answered_so() {
    let (net, faults, store) = faulty();
    let base = net.begin(1).await;
    let mut present = base.clone();
    for by in 10..30 {
        present = committed(net.commit(&update(1, &present, by)).await);
    }
    faults.next(Operation::Commit, Fault::LoseRequest);
    assert!(matches!(store.commit(&update(1, &base, 1)).await, Ok(Commit::OutcomeUnknown)));
    // Without the lost answer it is plain that it was not made.
    faults.next(Operation::Commit, Fault::FailBefore);
    assert!(matches!(store.commit(&update(1, &base, 1)).await, Ok(Commit::Conflict(_))));
    // What the caller lost before stays lost.
    let mut again = update(1, &base, 1);
    again.answer_lost = true;
    faults.next(Operation::Commit, Fault::FailBefore);
    assert!(matches!(store.commit(&again).await, Ok(Commit::OutcomeUnknown)));
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_an_answer_whatever_it_says() {
    let net = Net::new();
    let store = retried(net.clone());
    for kind in [
        ErrorKind::Corrupt,
        ErrorKind::TooNew { version: 9 },
        ErrorKind::Full { limit: 1 },
        ErrorKind::TooLarge { actual: 2, limit: 1, largest: Vec::new() },
        ErrorKind::NoRandomness,
    ] {
        net.all(&Mood::Fail(kind.clone()));
        assert_eq!(store.commit(&net.create(1)).await.unwrap_err().kind(), &kind);
        assert_eq!(net.calls(), 1, "{kind:?}");
    }
    net.heal();
    assert!(matches!(store.load(&at(1)).await, Ok(Load::Absent)));
    let base = net.begin(1).await;
    assert!(matches!(store.commit(&update(1, &base, 0)).await, Ok(Commit::Committed { .. })));
    assert!(matches!(store.commit(&net.create(2)).await, Ok(Commit::Committed { .. })));
    let stale = Record { header: session::record::Header { revision: 9, ..base.header.clone() }, ..base };
    assert!(matches!(store.commit(&update(1, &stale, 1)).await, Ok(Commit::Conflict(_))));
    assert!(matches!(store.touch(&touch(9)).await, Ok(Touched::Gone(_))));
    assert_eq!(net.calls(), 5);
}

/// If any attempt may have been made, "surely not" would be a lie, and the caller would write it again.
#[tokio::test(start_paused = true)]
async fn a_write_that_failed_is_in_doubt_if_any_attempt_is() {
    let (net, faults, store) = faulty();
    let create = net.create(1);
    for (faults_in_turn, applied) in [
        ([Fault::FailBefore, Fault::FailBefore, Fault::FailBefore], Applied::No),
        ([Fault::LoseAnswer, Fault::FailBefore, Fault::FailBefore], Applied::Unknown),
        ([Fault::FailBefore, Fault::LoseRequest, Fault::FailBefore], Applied::Unknown),
        ([Fault::FailBefore, Fault::FailBefore, Fault::LoseAnswer], Applied::Unknown),
    ] {
        for operation in [Operation::Commit, Operation::Touch, Operation::Delete, Operation::Load] {
            for fault in &faults_in_turn {
                faults.next(operation, fault.clone());
            }
        }
        assert_eq!(unavailable(store.commit(&create).await).0, applied);
        assert_eq!(unavailable(store.touch(&touch(1)).await).0, applied);
        assert_eq!(unavailable(store.delete(&handle(1)).await).0, applied);
        assert!(store.load(&at(1)).await.unwrap_err().is_unavailable());
    }
}

/// A store may say that it is full before it looks for the nonce; the first attempt may have been made all the same.
#[tokio::test(start_paused = true)]
async fn no_error_takes_the_doubt_from_a_write_whose_answer_was_lost() {
    let net = Net::new();
    for (then, doubt) in [(Applied::Unknown, true), (Applied::No, false)] {
        net.all(&Mood::Fail(ErrorKind::Unavailable { applied: then, retry_after: Some(MS) }));
        let store = retried(net.clone());
        let call = tokio::spawn({
            let create = net.create(1);
            async move { store.commit(&create).await }
        });
        tokio::task::yield_now().await;
        net.all(&Mood::Fail(ErrorKind::Full { limit: 1 }));
        let error = call.await.unwrap().unwrap_err();
        let full = matches!(error.kind(), ErrorKind::Full { .. });
        assert_eq!((full, error.is_unavailable()), (!doubt, doubt));
        if doubt {
            assert_eq!(unavailable::<()>(Err(error)), (Applied::Unknown, None));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn every_retry_is_told() {
    let net = Net::new();
    net.all(&Mood::Fail(UNSENT));
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = {
        let seen = Arc::clone(&seen);
        from_fn(move |event| seen.lock().unwrap().push(event.clone()))
    };
    let store = retried(net.clone()).with_events(sink, "redis");
    assert!(store.load(&at(1)).await.is_err());
    let retried = |attempt| SessionEvent::Retried { store: "redis", operation: "load", attempt };
    assert_eq!(*seen.lock().unwrap(), [retried(2), retried(3)]);
}

#[tokio::test(start_paused = true)]
async fn health_counting_and_clearing_pass_once() {
    let (_, faults, store) = faulty();
    for _ in 0..3 {
        faults.next(Operation::Health, Fault::FailBefore);
        faults.next(Operation::Scan, Fault::FailBefore);
    }
    for _ in 0..3 {
        assert!(store.health().await.is_err());
    }
    assert!(store.count().await.is_err() && store.clear().await.is_err() && store.count().await.is_err());
    assert!(store.health().await.is_ok() && store.count().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn nothing_takes_longer_than_the_deadline() {
    let net = Net::new();
    let create = net.create(1);
    let store = Retry::new(net.clone(), RetryPolicy::default(), RetryBudget::default()).unwrap();
    net.all(&Mood::Hang);
    let (took, answer) = timed(store.commit(&create)).await;
    assert!((700 * MS..702 * MS).contains(&took), "{took:?}");
    assert_eq!(unavailable(answer), (Applied::Unknown, None));
    let (took, answer) = timed(store.load(&at(1))).await;
    assert!(took < 702 * MS, "{took:?}");
    assert_eq!(unavailable(answer), (Applied::No, None));
    assert_eq!(net.under_way(), 0);

    // No wait begins that would end after it.
    let patient =
        RetryPolicy { attempts: 100, base: 300 * MS, cap: 300 * MS, jitter: Jitter::None, ..AT_ONCE };
    let store = Retry::new(net.clone(), patient, RetryBudget::default()).unwrap();
    net.all(&Mood::Fail(UNSENT));
    net.calls();
    let (took, answer) = timed(store.load(&at(1))).await;
    assert!((600 * MS..605 * MS).contains(&took) && answer.is_err(), "{took:?}");
    assert_eq!(net.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_says_when_to_come_again_is_not_asked_before() {
    let net = Net::new();
    let store = retried(net.clone());
    let later = |after| Mood::Fail(ErrorKind::Unavailable { applied: Applied::No, retry_after: Some(after) });
    net.all(&later(200 * MS));
    let (took, answer) = timed(store.load(&at(1))).await;
    assert!((400 * MS..404 * MS).contains(&took), "{took:?}");
    assert_eq!((unavailable(answer), net.calls()), ((Applied::No, Some(200 * MS)), 3));
    net.all(&later(SECOND));
    let (took, answer) = timed(store.load(&at(1))).await;
    assert_eq!((took, unavailable(answer), net.calls()), (Duration::ZERO, (Applied::No, Some(SECOND)), 1));
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_retries_are_a_part_of_the_traffic() {
    let net = Net::new();
    net.all(&Mood::Fail(UNSENT));
    let store = Retry::new(net.clone(), AT_ONCE, RetryBudget { percent: 10, reserve: 20 }).unwrap();
    // Clones have one budget together.
    let stores = [store.clone(), store];
    for number in 0..1000 {
        assert!(stores[number % 2].load(&at(1)).await.is_err());
    }
    let calls = net.calls();
    assert!((1000 + 100..=1000 + 100 + 20).contains(&calls), "{calls}");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_call_drops_its_attempt() {
    let net = Net::new();
    net.all(&Mood::Hang);
    let store = retried(net.clone());
    assert!(tokio::time::timeout(MS, store.load(&at(1))).await.is_err());
    assert_eq!((net.under_way(), net.calls()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn the_loop_for_apps_tries_what_its_predicate_allows() {
    let attempts = Cell::new(0);
    let fail = |error: ErrorKind| {
        attempts.set(0);
        let attempts = &attempts;
        move || {
            attempts.set(attempts.get() + 1);
            std::future::ready(Err::<(), _>(Error::new(error.clone())))
        }
    };
    for (error, unless_applied, if_unavailable) in [(UNSENT, 3, 3), (LOST, 1, 3), (ErrorKind::Corrupt, 1, 1)]
    {
        let _ = retry(&AT_ONCE, Again::unless_applied, fail(error.clone())).await.unwrap_err();
        assert_eq!(attempts.get(), unless_applied, "{error:?}");
        let _ = retry(&AT_ONCE, Again::if_unavailable, fail(error.clone())).await.unwrap_err();
        assert_eq!(attempts.get(), if_unavailable, "{error:?}");
        let _ = retry(&AT_ONCE, |_: &Error| true, fail(error)).await.unwrap_err();
        assert_eq!(attempts.get(), 3);
    }
    let once = RetryPolicy { attempts: 1, ..AT_ONCE };
    let _ = retry(&once, |_: &Error| true, fail(UNSENT)).await.unwrap_err();
    assert_eq!(attempts.get(), 1);
}
