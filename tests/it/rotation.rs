//! Ids that are replaced by age: nobody is logged out by it, and an old id is not a second key.

use std::time::Duration;

use session::config::{Reuse, RotationPolicy};
use session::testing::{Fault, Operation};
use session_tests::{Browser, GET, POST, World, page};

const EVERY: Duration = Duration::from_secs(20 * 60);

fn world(reuse: Reuse) -> World {
    World::with(|config| {
        config.rotation(RotationPolicy { every: Some(EVERY), reuse, ..RotationPolicy::default() })
    })
}

/// Somebody signed in whose id is due to be replaced.
async fn old(world: &World) -> Browser {
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    world.clock.advance(EVERY);
    browser
}

async fn is_in(browser: &Browser) -> bool {
    browser.begin().await.unwrap().session.is_authenticated()
}

#[tokio::test]
async fn an_old_id_is_replaced_and_the_session_goes_on() {
    let world = world(Reuse::Report);
    let mut browser = old(&world).await;
    let before = browser.clone();
    world.calls();
    browser.visit(GET, async |session| assert!(session.is_authenticated())).await;
    assert_ne!(browser.cookie, before.cookie);
    assert_eq!(world.calls().commit, 1);
    browser
        .visit(GET, async |session| assert_eq!((session.user_id(), session.rotations()), (Some(1), 1)))
        .await;
    assert_eq!(world.calls().commit, 0, "a fresh id is not replaced");
}

#[tokio::test]
async fn parallel_requests_of_one_page_are_not_logged_out_and_end_with_one_id() {
    let world = world(Reuse::Report);
    let browser = old(&world).await;
    let mut requests = Vec::new();
    for _ in 0..4 {
        requests.push(browser.begin().await.unwrap());
    }
    let mut jar = browser.clone();
    let mut cookies = Vec::new();
    for (number, request) in requests.into_iter().enumerate() {
        if number % 2 == 1 {
            request.session.update_views(|views| *views += 1);
        }
        let answer = request.end(POST).await;
        assert!(answer.failure.is_none());
        jar.receive(&answer);
        cookies.push(jar.cookie.clone());
    }
    cookies.dedup();
    assert_eq!(cookies.len(), 1, "every response carries the same new id");
    // A request that was under way with the old id still commits.
    let mut late = browser.clone();
    late.visit(POST, async |session| session.update_views(|views| *views += 1)).await;
    jar.visit(GET, async |session| assert_eq!((session.views(), session.rotations()), (3, 1))).await;
}

#[tokio::test]
async fn a_lost_response_strands_nobody() {
    let world = world(Reuse::Report);
    let mut browser = old(&world).await;
    let pending = browser.begin().await.unwrap();
    let lost = pending.end(GET).await;
    assert!(lost.set_cookie.is_some());

    world.clock.advance(Duration::from_secs(4 * 60));
    let answer = browser.visit(GET, async |session| assert!(session.is_authenticated())).await;
    let mut other = browser.clone();
    other.receive(&lost);
    browser.receive(&answer);
    assert_eq!(browser.cookie, other.cookie, "the same new id again");
    world.clock.advance(Duration::from_secs(10 * 60));
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn an_id_that_comes_back_after_its_grace_opens_nothing_and_may_end_the_session() {
    for reuse in [Reuse::Report, Reuse::Revoke] {
        let world = world(reuse);
        let mut browser = old(&world).await;
        let before = browser.clone();
        browser.visit(GET, async |_| {}).await;
        world.clock.advance(Duration::from_secs(5 * 60));
        assert!(!is_in(&before).await);
        assert_eq!(is_in(&browser).await, reuse == Reuse::Report, "{reuse:?}");
    }
}

#[tokio::test]
async fn a_commit_with_the_new_id_cuts_the_grace_of_the_old_one_short() {
    let world = world(Reuse::Report);
    let mut browser = old(&world).await;
    let before = browser.clone();
    browser.visit(GET, async |_| {}).await;
    browser.visit(POST, async |session| session.set_views(1)).await;
    world.clock.advance(Duration::from_secs(9));
    assert!(is_in(&before).await);
    world.clock.advance(Duration::from_secs(1));
    assert!(!is_in(&before).await);
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn a_strict_rotation_ends_the_grace_of_every_older_id() {
    let world = world(Reuse::Revoke);
    let mut browser = old(&world).await;
    let oldest = browser.clone();
    browser.visit(GET, async |_| {}).await;
    let middle = browser.clone();
    browser.visit(POST, async |session| session.set_role("admin".to_owned())).await;
    for dead in [oldest, middle] {
        assert!(!is_in(&dead).await);
    }
    assert!(is_in(&browser).await, "an id from before a step-up may have been planted: it revokes nothing");
}

#[tokio::test]
async fn a_periodic_rotation_whose_answer_was_lost_leaves_everybody_in() {
    let world = world(Reuse::Report);
    let mut browser = old(&world).await;
    world.faults.next(Operation::Commit, Fault::LoseAnswer);
    let answer = browser.visit(GET, async |_| {}).await;
    assert!(answer.failure.is_some());
    assert_eq!(answer.set_cookie, None);
    browser.visit(GET, async |session| assert!(session.is_authenticated())).await;
    world.clock.advance(Duration::from_secs(15 * 60));
    assert!(is_in(&browser).await);
}

#[tokio::test]
async fn a_double_clicked_login_keeps_the_cart_whichever_answer_comes_last() {
    use session_tests::Item;
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_cart(vec![Item::one("tea")])).await;
    let (first, second) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    for request in [&first, &second] {
        request.session.sign_in(1);
        request.session.update_views(|views| *views += 1);
    }
    for answer in [first.end(POST).await, second.end(POST).await] {
        assert!(answer.failure.is_none());
        browser.receive(&answer);
        browser
            .visit(GET, async |session| {
                assert_eq!(session.user_id(), Some(1));
                assert_eq!(session.cart(), vec![Item::one("tea")]);
            })
            .await;
    }
    // Somebody else's login is not joined.
    let (mine, theirs) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    theirs.session.sign_in(1);
    theirs.end(POST).await;
    mine.session.sign_in(2);
    let answer = mine.end(POST).await;
    browser.receive(&answer);
    browser.visit(GET, async |session| assert!(session.cart().is_empty())).await;
}

/// A page's slow request was given, once more, the id that a login has replaced since.
#[tokio::test]
async fn an_id_that_is_dead_by_now_is_not_given_out_again() {
    for page in [GET, POST, page(true, 500)] {
        for changes in [false, true] {
            let world = world(Reuse::Report);
            let mut browser = old(&world).await;
            drop(browser.begin().await.unwrap().end(GET).await);
            let (slow, login) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
            login.session.set_role("admin".to_owned());
            browser.receive(&login.end(POST).await);
            if changes {
                slow.session.update_views(|views| *views += 1);
            }
            let late = slow.end(page).await;
            assert_eq!(late.set_cookie, None, "{page:?} {changes}");
            browser.receive(&late);
            assert!(is_in(&browser).await);
        }
    }
}

#[tokio::test]
async fn an_id_is_given_again_only_if_it_is_known_to_be_good() {
    let world = world(Reuse::Report);
    let browser = old(&world).await;
    drop(browser.begin().await.unwrap().end(GET).await);
    world.calls();
    let pending = browser.begin().await.unwrap();
    assert!(pending.end(GET).await.set_cookie.is_some());
    let calls = world.calls();
    assert_eq!((calls.load, calls.touch, calls.commit), (1, 1, 0), "one call more, once");
    // A commit is proof enough.
    let pending = browser.begin().await.unwrap();
    pending.session.set_views(1);
    assert!(pending.end(GET).await.set_cookie.is_some());
    let calls = world.calls();
    assert_eq!((calls.load, calls.touch, calls.commit), (1, 0, 1));
    // Where nobody can say, the client keeps what it has, and gets the new one with its next request.
    world.faults.next(Operation::Touch, Fault::FailBefore);
    let pending = browser.begin().await.unwrap();
    let answer = pending.end(GET).await;
    assert!(answer.set_cookie.is_none() && answer.failure.is_none());
    assert!(browser.begin().await.unwrap().end(GET).await.set_cookie.is_some());
}

/// The session that the response was to name is left, and the response fails: nothing was ended, so nothing is said.
#[tokio::test]
async fn a_response_that_ended_nothing_takes_no_cookie_away() {
    for fails in [false, true] {
        let world = world(Reuse::Report);
        let browser = old(&world).await;
        drop(browser.begin().await.unwrap().end(GET).await);
        let pending = browser.begin().await.unwrap();
        pending.session.set_user_id(None);
        if fails {
            world.faults.next(Operation::Delete, Fault::FailBefore);
        }
        let answer = pending.end(page(false, if fails { 200 } else { 500 })).await;
        assert_eq!(answer.set_cookie, None);
        assert_eq!(answer.failure.is_some(), fails);
        assert!(is_in(&browser).await);
    }
}

/// One request's commit got no answer; while it is made again, another request of the page has replaced the old id.
#[tokio::test]
async fn an_id_that_was_replaced_meanwhile_is_not_replaced_again() {
    for fault in [Fault::LoseRequest, Fault::LoseAnswer] {
        let world = world(Reuse::Report);
        let browser = old(&world).await;
        let slow = browser.begin().await.unwrap();
        slow.session.update_views(|views| *views += 1);
        world.faults.next(Operation::Commit, fault);
        assert!(slow.session.commit().await.unwrap_err().is_unavailable());
        let mut other = browser.clone();
        other.visit(GET, async |session| assert!(session.is_authenticated())).await;
        assert!(slow.end(POST).await.failure.is_none());
        other
            .visit(GET, async |session| {
                assert_eq!((session.user_id(), session.views(), session.rotations()), (Some(1), 1, 1));
            })
            .await;
    }
}
