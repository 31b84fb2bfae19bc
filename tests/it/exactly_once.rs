//! A commit whose answer was lost applies once, whatever happens before somebody asks again.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use session::store::{Commit, Gone, ServerSide, Store, Write};
use session::testing::{Fault, Faulty, Gate, ManualClock, Operation, ReferenceStore};
use session::{Error, ErrorKind, Runtime, SessionConfig, Sessions};
use session_tests::{GET, Item, POST, Shop, World, pass_on};

#[tokio::test]
async fn a_commit_without_an_answer_is_made_once_when_it_is_asked_for_again() {
    for lost in [Fault::LoseAnswer, Fault::LoseRequest] {
        let world = World::new();
        let mut browser = world.browser();
        browser.visit(POST, async |session| session.set_views(1)).await;
        let request = browser.begin().await.unwrap();
        request.session.update_views(|views| *views += 1);
        request.session.update_cart(|cart| cart.push(Item::one("tea")));
        world.faults.next(Operation::Commit, lost.clone());
        assert!(request.session.commit().await.unwrap_err().is_unavailable());

        // Others commit in between, and the request changes more before it asks again.
        for _ in 0..3 {
            browser.visit(POST, async |session| session.update_views(|views| *views += 10)).await;
        }
        request.session.update_views(|views| *views += 100);
        request.session.commit().await.unwrap();
        assert_eq!(request.session.views(), 132, "{lost:?}");
        assert!(request.end(POST).await.failure.is_none());
        browser
            .visit(GET, async |session| {
                assert_eq!(session.views(), 132);
                assert_eq!(session.cart(), vec![Item::one("tea")]);
            })
            .await;
    }
}

#[tokio::test]
async fn a_create_without_an_answer_is_one_session() {
    let world = World::new();
    let mut browser = world.browser();
    let request = browser.begin().await.unwrap();
    request.session.sign_in(1);
    world.faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    let answer = request.end(POST).await;
    assert!(answer.failure.is_none());
    browser.receive(&answer);
    browser.visit(GET, async |session| assert_eq!(session.user_id(), Some(1))).await;
}

#[tokio::test]
async fn a_rotation_without_an_answer_leaves_one_live_secret_and_the_client_gets_it() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let before = browser.clone();
    let request = browser.begin().await.unwrap();
    request.session.set_role("admin".to_owned());
    world.faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    let answer = request.end(POST).await;
    browser.receive(&answer);
    assert!(before.begin().await.unwrap().session.is_new());
    browser.visit(GET, async |session| assert_eq!(session.role(), "admin")).await;
}

#[tokio::test]
async fn a_commit_that_was_overtaken_by_too_many_does_not_guess() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let request = browser.begin().await.unwrap();
    request.session.update_views(|views| *views += 1);
    world.faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    for _ in 0..9 {
        browser.visit(POST, async |session| session.update_views(|views| *views += 10)).await;
    }
    let error = request.session.commit().await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::OutcomeUnknown);
    let failure = request.end(POST).await.failure.unwrap();
    assert_eq!(failure.kind(), &ErrorKind::OutcomeUnknown, "nor does the response");
    browser
        .visit(GET, async |session| assert_eq!(session.views(), 92, "applied once, and never again"))
        .await;
}

#[tokio::test]
async fn a_commit_that_surely_was_not_made_is_an_ordinary_one_again() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let request = browser.begin().await.unwrap();
    request.session.update_views(|views| *views += 1);
    world.faults.next(Operation::Commit, Fault::FailBefore);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    world.calls();
    request.session.commit().await.unwrap();
    assert_eq!((world.calls().commit, request.session.views()), (1, 2));
}

#[tokio::test]
async fn a_cancelled_commit_is_made_once() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    for hold in [true, false] {
        let request = browser.begin().await.unwrap();
        let before = request.session.views();
        request.session.update_views(|views| *views += 1);
        let gate = Gate::new();
        let fault = if hold { Fault::PauseBefore(gate.clone()) } else { Fault::PauseAfter(gate.clone()) };
        world.faults.next(Operation::Commit, fault);
        {
            let mut commit = pin!(request.session.commit());
            let polled = commit.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Pending), "the commit is held");
        }
        request.session.commit().await.unwrap();
        assert_eq!(request.session.views(), before + 1);
        browser.visit(GET, async |session| assert_eq!(session.views(), before + 1)).await;
    }
}

#[tokio::test]
async fn a_logout_ends_a_commit_that_may_have_been_made() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let stolen = browser.clone();
    let request = browser.begin().await.unwrap();
    request.session.set_views(5);
    world.faults.next(Operation::Commit, Fault::LoseRequest);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    request.session.sign_out().await.unwrap();
    let answer = request.end(POST).await;
    assert!(answer.failure.is_none());
    assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
    assert!(stolen.begin().await.unwrap().session.is_new());
}

#[tokio::test]
async fn a_commit_without_an_answer_stays_in_doubt_when_the_next_attempt_never_leaves() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let request = browser.begin().await.unwrap();
    request.session.update_views(|views| *views += 1);
    for fault in [Fault::LoseAnswer, Fault::FailBefore, Fault::FailBefore] {
        world.faults.next(Operation::Commit, fault);
        assert!(request.session.commit().await.unwrap_err().is_unavailable());
    }
    request.session.commit().await.unwrap();
    assert_eq!(request.session.views(), 2);
    browser.visit(GET, async |session| assert_eq!(session.views(), 2)).await;
}

#[tokio::test]
async fn a_create_that_is_asked_for_again_has_no_more_time_than_at_first() {
    use session::store::Scan as _;
    let world = World::new();
    let request = world.browser().begin().await.unwrap();
    request.session.sign_in(1);
    world.faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    // It was made. An administrator ends it, and the tombstone lapses before the request asks again.
    let stored = world.store.scan(None, 1).await.unwrap().handles[0];
    assert!(world.sessions().delete(stored).await.unwrap());
    world.clock.advance(std::time::Duration::from_secs(61));
    assert!(request.session.commit().await.unwrap_err().is_gone());
    assert_eq!(world.store.count().await.unwrap(), 0, "the ended session came back");
}

#[tokio::test]
async fn ending_a_session_ends_one_that_may_have_been_begun() {
    use session::store::Scan as _;
    for destroys in [true, false] {
        let world = World::new();
        let request = world.browser().begin().await.unwrap();
        request.session.sign_in(1);
        request.session.set_views(1);
        world.faults.next(Operation::Commit, Fault::LoseAnswer);
        assert!(request.session.commit().await.unwrap_err().is_unavailable());
        assert_eq!(world.store.count().await.unwrap(), 1, "it was made");
        if destroys {
            request.session.destroy().await.unwrap();
        } else {
            request.session.sign_out().await.unwrap();
        }
        assert_eq!(world.store.count().await.unwrap(), 0);
        let answer = request.end(POST).await;
        assert!(answer.failure.is_none());
        assert_eq!(answer.set_cookie, None, "the client never had a token");
        assert_eq!(world.store.count().await.unwrap(), 0, "destroyed: {destroys}");
    }
}

#[tokio::test]
async fn a_delayed_create_is_stopped_by_its_time() {
    let world = World::new();
    let request = world.browser().begin().await.unwrap();
    request.session.set_views(1);
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    let session = request.session.clone();
    let late = tokio::spawn(async move { session.commit().await });
    gate.arrived(1).await;
    world.clock.advance(std::time::Duration::from_secs(31));
    gate.open();
    let error = late.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Gone(Gone::TooLate));
}

/// A store that is full for a moment, and says so before it has looked for anything.
#[derive(Debug, Clone)]
struct Brimming(Faulty<ReferenceStore>, Arc<AtomicBool>);

impl Store for Brimming {
    type Kind = ServerSide;

    pass_on!(0: load touch delete now health capabilities);

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        match self.1.load(Ordering::Relaxed) {
            true => Err(Error::new(ErrorKind::Full { limit: 1 })),
            false => self.0.commit(write).await,
        }
    }
}

#[tokio::test]
async fn a_store_that_is_full_says_nothing_of_a_commit_before_that_got_no_answer() {
    let faults = Faulty::new(ReferenceStore::new(Arc::new(ManualClock::default())));
    let is_full = Arc::new(AtomicBool::new(false));
    let store = Brimming(faults.clone(), Arc::clone(&is_full));
    let sessions: Sessions<Shop> = Sessions::of(Runtime::new(store, SessionConfig::default()));
    let session = sessions.create();
    session.set_views(1);
    sessions.save(&session).await.unwrap();

    session.update_views(|views| *views += 1);
    faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(sessions.save(&session).await.unwrap_err().is_unavailable());
    is_full.store(true, Ordering::Relaxed);
    let full = sessions.save(&session).await.unwrap_err();
    assert_eq!(*full.kind(), ErrorKind::Full { limit: 1 });
    is_full.store(false, Ordering::Relaxed);
    sessions.save(&session).await.unwrap();
    assert_eq!(sessions.get(session.id().unwrap()).await.unwrap().views(), 2, "made once");
}
