//! From the first visit to the last: when sessions are created, how long they live, what they cost.

use std::time::Duration;

use session::ErrorKind;
use session::http::Caching;
use session::testing::Calls;
use session_tests::{GET, Item, POST, World, page};

#[tokio::test]
async fn an_anonymous_visit_that_sets_nothing_stores_nothing_and_sets_no_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    let answer = browser.visit(GET, async |session| assert!(session.is_new())).await;
    assert_eq!(answer.set_cookie, None);
    assert_eq!(answer.caching, Some(Caching::Private));
    assert_eq!(world.calls(), Calls::default());
}

#[tokio::test]
async fn a_change_creates_a_session_and_the_next_request_finds_it() {
    let world = World::new();
    let mut browser = world.browser();
    let answer = browser.visit(POST, async |session| session.set_cart(vec![Item::one("tea")])).await;
    assert!(answer.set_cookie.unwrap().starts_with("__Host-session="));
    assert_eq!(answer.caching, Some(Caching::NoStore));
    assert_eq!(world.calls(), Calls { commit: 1, ..Calls::default() });

    let answer = browser.visit(GET, async |session| assert_eq!(session.cart(), vec![Item::one("tea")])).await;
    assert_eq!(answer.set_cookie, None, "the client has its token");
    assert_eq!(world.calls(), Calls { load: 1, ..Calls::default() });
}

#[tokio::test]
async fn a_read_modify_write_makes_two_store_calls() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    world.calls();
    browser.visit(POST, async |session| session.update_views(|views| *views += 1)).await;
    assert_eq!(world.calls(), Calls { load: 1, commit: 1, ..Calls::default() });
}

#[tokio::test]
async fn setting_an_equal_value_writes_nothing() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_name(Some("Ada".to_owned()))).await;
    world.calls();
    browser
        .visit(POST, async |session| {
            session.set_name(None);
            session.set_name(Some("Ada".to_owned()));
            session.update(|data| data.views = 0);
        })
        .await;
    assert_eq!(world.calls(), Calls { load: 1, ..Calls::default() });
}

#[tokio::test]
async fn a_forged_or_malformed_cookie_finds_nothing_and_changes_nothing_for_its_sender() {
    let world = World::new();
    let mut owner = world.browser();
    owner.visit(POST, async |session| session.set_views(7)).await;
    world.calls();

    let mut junk = world.browser();
    junk.cookie = Some("no-token".to_owned());
    let answer = junk.visit(GET, async |session| assert!(session.is_new())).await;
    assert_eq!(answer.set_cookie, None);
    assert_eq!(world.calls().total(), 0, "what cannot be a token is not asked for");

    // The right handle with another secret.
    let real = owner.cookie.clone().unwrap();
    let mut forged = real.clone().into_bytes();
    let last = forged.len() - 3;
    forged[last] = if forged[last] == b'A' { b'B' } else { b'A' };
    let mut thief = world.browser();
    thief.cookie = Some(String::from_utf8(forged).unwrap());
    let answer = thief.visit(GET, async |session| assert_eq!(session.views(), 0)).await;
    assert_eq!(answer.set_cookie, None);
    owner.visit(GET, async |session| assert_eq!(session.views(), 7)).await;
}

#[tokio::test]
async fn an_unknown_id_is_never_adopted() {
    let world = World::new();
    let mut planted = world.browser();
    planted.visit(POST, async |session| session.set_views(1)).await;
    let id = planted.cookie.clone().unwrap();
    planted.visit(POST, async |session| session.destroy().await.unwrap()).await;

    planted.cookie = Some(id.clone());
    planted.visit(POST, async |session| session.set_views(5)).await;
    assert_ne!(planted.cookie, Some(id));
}

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_lives_until_its_absolute_deadline() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;

    // Default: half an hour idle, twelve hours in all.
    for _ in 0..(12 * 3 - 1) {
        world.clock.advance(Duration::from_secs(20 * 60));
        browser.visit(GET, async |session| assert!(session.is_valid())).await;
    }
    world.clock.advance(Duration::from_secs(20 * 60));
    browser.visit(GET, async |session| assert!(session.is_new(), "the absolute deadline holds")).await;

    browser.visit(POST, async |session| session.set_views(1)).await;
    world.clock.advance(Duration::from_secs(30 * 60 - 1));
    browser.visit(GET, async |session| assert!(!session.is_new())).await;
    world.clock.advance(Duration::from_secs(30 * 60));
    browser.visit(GET, async |session| assert!(session.is_new(), "the idle deadline holds")).await;
}

#[tokio::test]
async fn using_a_session_costs_at_most_one_touch_per_threshold_and_no_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    world.calls();
    let mut touches = 0;
    for _ in 0..12 {
        world.clock.advance(Duration::from_secs(10));
        let answer = browser.visit(GET, async |_| {}).await;
        assert_eq!(answer.set_cookie, None);
        touches += world.calls().touch;
    }
    assert_eq!(touches, 2, "twelve reads in two minutes");
    browser.visit(GET, async |session| session.touch()).await;
    assert_eq!(world.calls().touch, 0, "there is nothing to gain at the same moment");
    world.clock.advance(Duration::from_secs(1));
    browser.visit(GET, async |session| session.touch()).await;
    assert_eq!(world.calls().touch, 1, "asked for");
}

#[tokio::test]
async fn a_session_tells_its_age_and_its_deadlines() {
    let world = World::new();
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            assert_eq!((session.id(), session.created_at(), session.expires_at()), (None, None, None));
            session.set_views(1);
        })
        .await;
    world.clock.advance(Duration::from_secs(60));
    browser
        .visit(GET, async |session| {
            assert!(session.id().is_some() && session.is_valid() && !session.is_expired());
            assert_eq!(session.time_until_expiry(), Some(Duration::from_secs(29 * 60)));
            let age = session.expires_at().unwrap().duration_since(session.created_at().unwrap()).unwrap();
            assert_eq!(age, Duration::from_secs(30 * 60));
            world.clock.advance(Duration::from_secs(29 * 60));
            assert!(session.is_expired() && !session.is_valid());
        })
        .await;
}

#[tokio::test]
async fn remember_me_is_a_lifetime_of_the_session_and_gives_a_persistent_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    let answer = browser
        .visit(POST, async |session| {
            session.sign_in(1);
            session.remember();
        })
        .await;
    assert!(answer.set_cookie.unwrap().contains("Max-Age=2592000"), "thirty days");
    world.clock.advance(Duration::from_secs(13 * 24 * 60 * 60));
    browser.visit(GET, async |session| assert_eq!(session.user_id(), Some(1))).await;

    let answer = browser.visit(POST, async |session| session.forget()).await;
    assert!(!answer.set_cookie.unwrap().contains("Max-Age"));
}

#[tokio::test]
async fn a_5xx_commits_nothing_and_leaves_the_cookie_alone() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    world.calls();
    let answer = browser.visit(page(false, 500), async |session| session.set_views(2)).await;
    assert_eq!(answer.set_cookie, None);
    assert_eq!(world.calls().commit, 0);
    browser.visit(GET, async |session| assert_eq!(session.views(), 1)).await;
}

#[tokio::test]
async fn what_was_committed_by_hand_stays_and_its_cookie_is_sent_on_any_status() {
    let world = World::new();
    let mut browser = world.browser();
    let answer = browser
        .visit(page(false, 500), async |session| {
            session.set_views(1);
            session.commit().await.unwrap();
        })
        .await;
    assert!(answer.set_cookie.is_some());
    browser.visit(GET, async |session| assert_eq!(session.views(), 1)).await;
}

#[tokio::test]
async fn a_logout_survives_a_5xx() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let stolen = browser.clone();
    let answer = browser.visit(page(false, 500), async |session| session.sign_out().await.unwrap()).await;
    assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
    assert!(stolen.begin().await.unwrap().session.is_new());
}

#[tokio::test]
async fn after_the_response_a_session_takes_changes_but_no_cookie() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let pending = browser.begin().await.unwrap();
    let session = pending.session.clone();
    pending.end(GET).await;

    session.set_views(2);
    session.commit().await.unwrap();
    browser.visit(GET, async |session| assert_eq!(session.views(), 2)).await;

    session.sign_in(1);
    assert_eq!(session.commit().await.unwrap_err().kind(), &ErrorKind::HeadSent);
    browser.visit(GET, async |session| assert_eq!(session.user_id(), None)).await;

    session.destroy().await.unwrap();
    browser.visit(GET, async |session| assert!(session.is_new())).await;
}
