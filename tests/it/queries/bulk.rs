use std::future::IntoFuture as _;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};

use session::event::{RevokedBy, SessionEvent};
use session::query::{Interrupted, QueryError};
use session::testing::{Calls, Fault, Operation};

use super::{Ground, damaged, sign_in};

#[tokio::test]
async fn what_matches_is_ended_and_counted_exactly() {
    let ground = Ground::with(450).await;
    let tally = ground.sessions.bulk_delete(|session| session.user_id() < Some(225)).await.unwrap();
    assert_eq!((tally.seen, tally.matched, tally.ended), (450, 225, 225));
    assert_eq!((tally.spared, tally.failed, tally.stopped), (0, 0, false));
    let calls = ground.store.take();
    assert_eq!(calls, Calls { load_many: 3, commit: 225, delete: 225, ..Calls::default() });
    assert_eq!(ground.users().await, (225..450).collect());
    let by_search =
        |event: &SessionEvent| matches!(event, SessionEvent::Revoked { by: RevokedBy::Search, .. });
    let events = ground.events();
    assert_eq!(events.iter().filter(|event| by_search(event)).count(), 225);
    assert_eq!(events.len(), 225, "and nothing else is told: {events:?}");
}

#[tokio::test]
async fn nothing_is_ended_unless_it_is_awaited() {
    let ground = Ground::with(3).await;
    drop(ground.sessions.bulk_delete(|_| true).into_future());
    assert_eq!(ground.users().await.len(), 3);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_failure_and_can_be_ended_by_its_handle() {
    let (sessions, lost) = damaged().await;
    let tally = sessions.bulk_delete(|_| true).await.unwrap();
    assert_eq!((tally.ended, tally.failed), (5, 3));
    assert_eq!(sessions.count().await.unwrap(), 3);
    for session in tally.failures.iter().filter_map(QueryError::session) {
        assert!(lost.contains(&session));
        assert!(sessions.delete(session).await.unwrap());
    }
    assert_eq!(sessions.count().await.unwrap(), 0);
}

#[tokio::test]
async fn progress_is_told_page_by_page_and_may_stop_it() {
    let ground = Ground::with(450).await;
    let told = Arc::new(AtomicU64::new(0));
    let heard = Arc::clone(&told);
    let tally = ground
        .sessions
        .bulk_delete(|session| session.user_id().is_some_and(|user| user % 2 == 0))
        .page_size(50)
        .on_progress(move |tally| {
            heard.fetch_add(1, Ordering::SeqCst);
            assert_eq!(tally.seen, 50 * heard.load(Ordering::SeqCst));
            if tally.seen >= 150 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
        .await
        .unwrap();
    assert!(tally.stopped);
    assert_eq!((tally.seen, told.load(Ordering::SeqCst)), (150, 3));
    assert_eq!(ground.sessions.count().await.unwrap(), 450 - tally.ended);
}

#[tokio::test]
async fn one_that_is_broken_off_says_what_it_has_done() {
    let ground = Ground::with(450).await;
    let faults = ground.faults.clone();
    let cut = move |_: &session::query::Tally| {
        faults.cut(true);
        ControlFlow::Continue(())
    };
    let Interrupted { tally, error } =
        ground.sessions.bulk_delete(|_| true).on_progress(cut).await.unwrap_err();
    assert!(error.is_unavailable());
    assert_eq!((tally.seen, tally.ended), (200, 200));
    ground.faults.cut(false);
    assert_eq!(ground.sessions.count().await.unwrap(), 250);
    assert_eq!(ground.sessions.bulk_delete(|_| true).await.unwrap().ended, 250);
}

/// It gives way after its first page, and is dropped there.
#[tokio::test]
async fn one_that_is_dropped_has_ended_whole_sessions_or_none() {
    let ground = Ground::with(450).await;
    let mut bulk = ground.sessions.bulk_delete(|_| true).into_future();
    let mut context = Context::from_waker(Waker::noop());
    assert!(bulk.as_mut().poll(&mut context).is_pending());
    drop(bulk);
    assert_eq!(ground.users().await.len(), 250);
}

#[tokio::test]
async fn a_failed_end_is_a_failure_and_the_session_is_dead_all_the_same() {
    let ground = Ground::new();
    let token = sign_in(&ground.sessions, 1).await;
    ground.faults.next(Operation::Delete, Fault::FailBefore);
    let tally = ground.sessions.bulk_delete(|_| true).await.unwrap();
    assert_eq!((tally.matched, tally.ended, tally.failed), (1, 0, 1));
    assert!(tally.failures[0].error().is_unavailable());
    assert!(ground.sessions.open(&token).await.unwrap().is_none());
    // It is still there for the next attempt.
    let tally = ground.sessions.bulk_delete(|session| session.user_id() == Some(1)).await.unwrap();
    assert_eq!((tally.ended, tally.failed), (1, 0));
}
