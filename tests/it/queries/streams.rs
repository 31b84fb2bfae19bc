use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use session::ErrorKind;
use session::event::SessionEvent;
use session::query::{Interrupted, QueryError};
use session::testing::{Calls, Fault, Operation};
use session::{Sessions, Token};
use session_stores::MemoryStore;
use session_tests::Shop;

use super::{Ground, Twice, damaged, sign_in};

#[tokio::test]
async fn a_query_sees_every_session_and_asks_for_none_alone() {
    let ground = Ground::with(450).await;
    assert_eq!(ground.users().await, (0..450).collect());
    let batches = Calls { load_many: 3, ..Calls::default() };
    assert_eq!(ground.store.take(), batches, "pages of 200");
    assert_eq!(ground.events(), [], "nobody has loaded a session to use it");

    let mut ids = ground.sessions.ids();
    let mut handles = BTreeSet::new();
    while let Some(handle) = ids.next().await {
        handles.insert(handle.unwrap());
    }
    assert_eq!(handles.len(), 450);
    assert_eq!(ground.store.take(), Calls::default(), "handles are in the pages of a scan");
}

#[tokio::test]
async fn a_stream_asks_for_a_page_only_when_somebody_wants_it() {
    let ground = Ground::with(60).await;
    let mut each = ground.sessions.each().page_size(20);
    assert_eq!(ground.store.take().load_many, 0);
    for _ in 0..20 {
        each.next().await.unwrap().unwrap();
        assert!(ground.store.take().load_many <= 1);
    }
    let all = |calls: Calls| calls.load_many;
    assert_eq!(all(ground.store.take()), 0, "the page is not used up");
    each.next().await.unwrap().unwrap();
    assert_eq!(all(ground.store.take()), 1);
    drop(each);
}

#[tokio::test]
async fn sessions_are_found_by_what_is_in_them_and_can_be_changed() {
    let ground = Ground::with(30).await;
    let mut found = ground.sessions.find_by(|session| session.user_id().is_some_and(|user| user % 10 == 3));
    let mut users = BTreeSet::new();
    while let Some(session) = found.next().await {
        let session = session.unwrap();
        users.insert(session.user_id().unwrap());
        session.set_name(Some("found".to_owned()));
        ground.sessions.save(&session).await.unwrap();
    }
    assert_eq!(users, BTreeSet::from([3, 13, 23]));
    let named = ground.sessions.count_by(|session| session.name().is_some()).await.unwrap();
    assert_eq!((named.matched, named.seen, named.failed), (3, 30, 0));

    let first = ground.sessions.find_first(|session| session.user_id() == Some(7)).await.unwrap().unwrap();
    assert_eq!(first.user_id(), Some(7));
    assert!(ground.sessions.find_first(|session| session.views() > 0).await.unwrap().is_none());
}

#[tokio::test]
async fn the_first_match_ends_the_search() {
    let ground = Ground::with(450).await;
    ground.sessions.find_first(|_| true).await.unwrap().unwrap();
    assert_eq!(ground.store.take(), Calls { load_many: 1, ..Calls::default() });
}

#[tokio::test]
async fn what_cannot_be_read_is_reported_and_the_query_goes_on() {
    let (sessions, lost) = damaged().await;
    let (mut read, mut reported) = (0, BTreeSet::new());
    let mut each = sessions.each();
    while let Some(item) = each.next().await {
        match item {
            Ok(_) => read += 1,
            Err(QueryError::Session { session, error }) => {
                assert_eq!(error.kind(), &ErrorKind::Corrupt);
                reported.insert(session);
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((read, &reported), (5, &lost));

    let tally = sessions.count_by(|_| true).await.unwrap();
    assert_eq!((tally.seen, tally.matched, tally.failed), (8, 5, 3));
    assert_eq!(tally.failures.iter().filter_map(QueryError::session).collect::<BTreeSet<_>>(), lost);

    // One of the three may be the one that is looked for.
    let nobody = sessions.find_first(|session| session.user_id() == Some(6)).await.unwrap_err();
    assert!(lost.contains(&nobody.session().unwrap()), "{nobody}");
    assert!(sessions.find_first(|session| session.user_id() == Some(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_query_that_is_broken_off_never_passes_for_complete() {
    let ground = Ground::with(450).await;
    let second_page = |faults: &session::testing::Faulty<MemoryStore>| {
        faults.next(Operation::Scan, Fault::None);
        faults.next(Operation::Scan, Fault::FailBefore);
    };

    second_page(&ground.faults);
    let mut each = ground.sessions.each();
    for _ in 0..200 {
        each.next().await.unwrap().unwrap();
    }
    let error = each.next().await.unwrap().unwrap_err();
    assert!(matches!(&error, QueryError::Ended(error) if error.is_unavailable()), "{error}");
    assert!(each.next().await.is_none(), "it is over");

    second_page(&ground.faults);
    let Interrupted { tally, error } = ground.sessions.count_by(|_| true).await.unwrap_err();
    assert_eq!((tally.seen, tally.matched), (200, 200));
    assert!(error.is_unavailable());

    second_page(&ground.faults);
    let error = ground.sessions.find_first(|_| false).await.unwrap_err();
    assert!(matches!(error, QueryError::Ended(_)));

    // A batch that cannot be asked for is no page without sessions.
    ground.faults.next(Operation::Load, Fault::FailBefore);
    let error = ground.sessions.each().next().await.unwrap().unwrap_err();
    assert!(matches!(error, QueryError::Ended(_)), "{error}");
}

#[tokio::test]
async fn a_session_that_is_shown_twice_is_counted_once() {
    let sessions = Sessions::<Shop, _>::new(Twice(MemoryStore::new()));
    for user in 0..10 {
        sign_in(&sessions, user).await;
    }
    let tally = sessions.count_by(|session| session.user_id() < Some(4)).await.unwrap();
    assert_eq!((tally.matched, tally.seen), (4, 20));
    let tally = sessions.bulk_delete(|session| session.user_id() < Some(4)).await.unwrap();
    assert_eq!((tally.ended, tally.failed), (4, 0));
    assert_eq!(sessions.count().await.unwrap(), 6);
}

/// A store in memory answers at once, and a search of it would otherwise be one long poll.
#[tokio::test]
async fn a_query_lets_others_run_between_pages() {
    struct Count(AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
    let ground = Ground::with(450).await;
    let woken = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&woken));
    let mut context = Context::from_waker(&waker);
    let mut search = pin!(ground.sessions.find_first(|_| false));
    let mut polls = 1;
    while search.as_mut().poll(&mut context).is_pending() {
        assert_eq!(woken.0.load(Ordering::SeqCst), polls, "whoever gives way comes again");
        polls += 1;
    }
    assert_eq!(polls, 3);
    assert!(matches!(pin!(ground.sessions.each().next()).poll(&mut context), Poll::Ready(Some(Ok(_)))));
}

#[tokio::test]
async fn what_a_query_finds_opens_nothing() {
    let ground = Ground::new();
    let token: Token = sign_in(&ground.sessions, 1).await;
    ground.events();
    let found = ground.sessions.find_first(|_| true).await.unwrap().unwrap();
    assert_eq!(found.id(), Some(token.handle()));
    assert!(ground.sessions.token(&found).is_none());
    found.set_role("admin".to_owned());
    assert_eq!(ground.sessions.save(&found).await.unwrap_err().kind(), &ErrorKind::HeadSent);
    drop(found);
    let late = |event: &SessionEvent| matches!(event, SessionEvent::LateChange { .. });
    assert!(ground.events().iter().any(late), "what was changed and not saved is said");
}
