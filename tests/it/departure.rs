//! The principal of a session leaves while a commit of the same request is under way, in another task or thread.

use std::time::Duration;

use session::store::Scan as _;
use session::testing::{Fault, Gate, Operation};
use session::{ErrorKind, Session};
use session_tests::{Answer, Browser, GET, Item, POST, Page, Pending, Shop, World, page};

/// When the principal leaves, as seen from the store call of the commit.
const MOMENTS: [fn(Gate) -> Fault; 2] = [Fault::PauseBefore, Fault::PauseAfter];

/// A browser of principal 1, with a cart and three views.
async fn signed_in(world: &World) -> Browser {
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.sign_in(1);
            session.set_cart(vec![Item::one("of their own")]);
            session.set_views(3);
        })
        .await;
    browser
}

/// One request: makes a change, commits it, and does `meanwhile` while that commit is at the store.
async fn overlapping(
    world: &World,
    browser: &Browser,
    fault: fn(Gate) -> Fault,
    change: impl FnOnce(&Session<Shop>),
    meanwhile: impl FnOnce(&Session<Shop>),
    page: Page,
) -> Answer {
    let request = browser.begin().await.unwrap();
    change(&request.session);
    let gate = Gate::new();
    world.faults.next(Operation::Commit, fault(gate.clone()));
    let session = request.session.clone();
    let commit = tokio::spawn(async move { session.commit().await });
    gate.arrived(1).await;
    meanwhile(&request.session);
    gate.open();
    commit.await.unwrap().unwrap();
    request.end(page).await
}

#[tokio::test]
async fn the_next_principal_gets_another_session_with_everything_that_was_set() {
    for fault in MOMENTS {
        let world = World::new();
        let mut browser = signed_in(&world).await;
        let before = browser.clone();
        let first = before.begin().await.unwrap().session.id();
        let answer = overlapping(
            &world,
            &browser,
            fault,
            |session| session.update_cart(|cart| cart.push(Item::one("more"))),
            |session| {
                session.sign_in(2);
                // As many as the one before had.
                session.set_views(3);
            },
            POST,
        )
        .await;
        assert!(answer.failure.is_none());
        browser.receive(&answer);
        assert!(before.begin().await.unwrap().session.is_new());
        browser
            .visit(GET, async |session| {
                assert_ne!(session.id(), first, "a handle never spans two principals");
                assert_eq!((session.user_id(), session.views(), session.cart().len()), (Some(2), 3, 0));
            })
            .await;
        assert_eq!(world.store.count().await.unwrap(), 1);
    }
}

#[tokio::test]
async fn a_session_that_is_being_begun_is_not_the_next_principals() {
    for fault in MOMENTS {
        let world = World::new();
        let mut browser = world.browser();
        let mut first = None;
        let request = browser.begin().await.unwrap();
        request.session.sign_in(1);
        let gate = Gate::new();
        world.faults.next(Operation::Commit, fault(gate.clone()));
        let session = request.session.clone();
        let commit = tokio::spawn(async move { session.commit().await.map(|()| session) });
        gate.arrived(1).await;
        if let Some(handle) = world.store.scan(None, 1).await.unwrap().handles.first() {
            first = Some(*handle);
        }
        request.session.sign_in(2);
        request.session.set_views(3);
        gate.open();
        commit.await.unwrap().unwrap();
        browser.receive(&request.end(POST).await);
        browser
            .visit(GET, async |session| {
                assert!(first.is_none() || session.id() != first, "a handle never spans two principals");
                assert_eq!((session.user_id(), session.views()), (Some(2), 3));
            })
            .await;
        assert_eq!(world.store.count().await.unwrap(), 1, "the session of the first principal is over");
    }
}

#[tokio::test]
async fn whoever_leaves_while_a_session_is_being_begun_leaves_none() {
    for fault in MOMENTS {
        for status in [303, 500] {
            let world = World::new();
            let browser = world.browser();
            let answer = overlapping(
                &world,
                &browser,
                fault,
                |session| session.sign_in(1),
                |session| session.set_user_id(None),
                page(false, status),
            )
            .await;
            assert!(answer.failure.is_none());
            assert_eq!(answer.set_cookie, None, "the client never had a token");
            assert_eq!(world.store.count().await.unwrap(), 0);
        }
    }
}

#[tokio::test]
async fn whoever_leaves_while_a_commit_runs_is_signed_out_with_the_response() {
    for fault in MOMENTS {
        let world = World::new();
        let mut browser = signed_in(&world).await;
        let before = browser.clone();
        let answer = overlapping(
            &world,
            &browser,
            fault,
            |session| session.set_role("admin".to_owned()),
            |session| session.set_user_id(None),
            POST,
        )
        .await;
        assert!(answer.failure.is_none());
        assert!(answer.set_cookie.as_ref().unwrap().contains("Max-Age=0"));
        browser.receive(&answer);
        assert!(before.begin().await.unwrap().session.is_new());
        assert_eq!(world.store.count().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn what_a_commit_did_not_carry_through_is_not_the_next_ones() {
    let world = World::new();
    let mut browser = signed_in(&world).await;
    let request = browser.begin().await.unwrap();
    browser.visit(POST, async |session| session.set_views(4)).await;
    // Authenticates once more, meets a conflict, and has no time left to merge.
    request.session.sign_in(1);
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseAfter(gate.clone()));
    let session = request.session.clone();
    let commit = tokio::spawn(async move { session.commit().await });
    gate.arrived(1).await;
    request.session.set_user_id(None);
    request.session.set_theme("dark".to_owned());
    world.clock.advance(Duration::from_secs(2));
    gate.open();
    let error = commit.await.unwrap().unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Contended { .. }), "{error}");
    leaves_a_theme(&world, browser, request).await;
}

#[tokio::test]
async fn a_commit_that_may_have_been_made_is_not_made_for_the_next_principal() {
    for fault in MOMENTS {
        let world = World::new();
        let browser = world.browser();
        let request = browser.begin().await.unwrap();
        request.session.sign_in(1);
        request.session.set_role("admin".to_owned());
        let gate = Gate::new();
        world.faults.next(Operation::Commit, fault(gate.clone()));
        let session = request.session.clone();
        let commit = tokio::spawn(async move { session.commit().await });
        gate.arrived(1).await;
        request.session.set_user_id(None);
        request.session.set_theme("dark".to_owned());
        commit.abort();
        assert!(commit.await.unwrap_err().is_cancelled());
        leaves_a_theme(&world, browser, request).await;
    }
}

#[tokio::test]
async fn a_session_that_may_have_been_begun_ends_when_its_principal_leaves() {
    let world = World::new();
    let browser = world.browser();
    let request = browser.begin().await.unwrap();
    request.session.sign_in(1);
    world.faults.next(Operation::Commit, Fault::LoseAnswer);
    assert!(request.session.commit().await.unwrap_err().is_unavailable());
    assert_eq!(world.store.count().await.unwrap(), 1, "it was made");
    request.session.set_user_id(None);
    request.session.set_theme("dark".to_owned());
    leaves_a_theme(&world, browser, request).await;
}

/// Of everything that the request did there is a theme, in a session of nobody.
async fn leaves_a_theme(world: &World, mut browser: Browser, request: Pending) {
    let answer = request.end(POST).await;
    assert!(answer.failure.is_none());
    browser.receive(&answer);
    browser
        .visit(GET, async |session| {
            assert_eq!((session.user_id(), session.role().as_str()), (None, ""));
            assert_eq!((session.theme().as_str(), session.authenticated_at()), ("dark", None));
        })
        .await;
    assert_eq!(world.store.count().await.unwrap(), 1);
}
