//! Concurrent requests of one session: nothing is lost.

use session::store::Gone;
use session::testing::{Fault, Gate, Operation};
use session::{ErrorKind, SessionData};
use session_tests::{GET, Item, POST, World};

#[tokio::test]
async fn requests_that_change_different_fields_both_survive() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let (one, two) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    one.session.set_name(Some("Ada".to_owned()));
    two.session.set_theme("dark".to_owned());
    two.session.update_cart(|cart| cart.push(Item::one("tea")));
    assert!(one.end(POST).await.failure.is_none());
    assert!(two.end(POST).await.failure.is_none());
    browser
        .visit(GET, async |session| {
            assert_eq!(session.name().as_deref(), Some("Ada"));
            assert_eq!(session.theme(), "dark");
            assert_eq!(session.cart(), vec![Item::one("tea")]);
        })
        .await;
}

#[tokio::test]
async fn the_later_write_of_one_field_wins_and_additions_add_up() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(10)).await;
    let (one, two) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    for (request, name) in [(&one, "first"), (&two, "second")] {
        request.session.set_name(Some(name.to_owned()));
        request.session.update_views(|views| *views += 1);
    }
    one.end(POST).await;
    two.end(POST).await;
    browser
        .visit(GET, async |session| {
            assert_eq!(session.name().as_deref(), Some("second"));
            assert_eq!(session.views(), 12);
        })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_concurrent_increments_make_sixty_four() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_theme("dark".to_owned())).await;
    let requests: Vec<_> = (0..64)
        .map(|_| {
            let browser = browser.clone();
            tokio::spawn(async move {
                let request = browser.begin().await.unwrap();
                tokio::task::yield_now().await;
                request.session.update_views(|views| *views += 1);
                request.end(POST).await
            })
        })
        .collect();
    for request in requests {
        assert!(request.await.unwrap().failure.is_none());
    }
    browser.visit(GET, async |session| assert_eq!(session.views(), 64)).await;
}

#[tokio::test]
async fn after_a_commit_by_hand_the_session_shows_what_others_wrote() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let request = browser.begin().await.unwrap();
    browser.visit(POST, async |session| session.set_theme("dark".to_owned())).await;
    request.session.set_name(Some("Ada".to_owned()));
    assert_eq!(request.session.theme(), "");
    request.session.commit().await.unwrap();
    assert_eq!(request.session.theme(), "dark");
    assert_eq!(request.session.name().as_deref(), Some("Ada"));
    world.calls();
    request.end(POST).await;
    assert_eq!(world.calls().total(), 0, "there is nothing left to commit");
}

#[tokio::test]
async fn a_late_write_never_revives_a_session() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let (post, get) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    let stolen = browser.clone();
    browser.visit(POST, async |session| session.destroy().await.unwrap()).await;

    post.session.set_views(5);
    let answer = post.end(POST).await;
    assert_eq!(answer.failure.unwrap().kind(), &ErrorKind::Gone(Gone::Deleted));
    assert_eq!(answer.set_cookie, None);

    get.session.set_views(5);
    let answer = get.end(GET).await;
    assert!(answer.failure.is_none(), "a page view that came late is no reason for an error page");
    assert_eq!(answer.set_cookie, None);

    assert!(stolen.begin().await.unwrap().session.is_new());
}

#[tokio::test]
async fn a_late_touch_never_revives_a_session() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let reading = browser.begin().await.unwrap();
    let stolen = browser.clone();
    browser.visit(POST, async |session| session.destroy().await.unwrap()).await;
    reading.session.touch();
    let answer = reading.end(GET).await;
    assert!(answer.failure.is_none() && answer.set_cookie.is_none());
    assert!(stolen.begin().await.unwrap().session.is_new());
}

#[tokio::test]
async fn changes_made_while_a_commit_runs_are_the_next_commits() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let request = browser.begin().await.unwrap();
    request.session.set_name(Some("first".to_owned()));
    request.session.commit().await.unwrap();
    request.session.set_name(Some("second".to_owned()));
    request.end(POST).await;
    browser.visit(GET, async |session| assert_eq!(session.name().as_deref(), Some("second"))).await;
}

#[tokio::test]
async fn commits_of_one_record_queue_so_that_each_is_one_store_call() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(0)).await;
    browser.visit(POST, async |session| session.set_theme("dark".to_owned())).await;
    let mut requests = Vec::new();
    for _ in 0..16 {
        requests.push(browser.begin().await.unwrap());
    }
    // The first one holds its turn until all the others are in line.
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    world.calls();
    let tasks: Vec<_> = requests
        .into_iter()
        .map(|request| {
            request.session.update_views(|views| *views += 1);
            tokio::spawn(request.end(POST))
        })
        .collect();
    gate.arrived(1).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    gate.open();
    for task in tasks {
        assert!(task.await.unwrap().failure.is_none());
    }
    assert_eq!(world.calls().commit, 16);
    browser.visit(GET, async |session| assert_eq!(session.views(), 16)).await;
}

#[tokio::test]
async fn a_commit_whose_time_is_over_is_an_error_and_writes_nothing() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let (first, second) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    first.session.set_views(2);
    second.session.set_views(3);
    let first = tokio::spawn(first.end(POST));
    gate.arrived(1).await;
    let second = tokio::spawn(second.end(POST));
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    world.clock.advance(std::time::Duration::from_secs(1));
    gate.open();
    assert!(first.await.unwrap().failure.is_none());
    let failure = second.await.unwrap().failure.unwrap();
    assert!(matches!(failure.kind(), ErrorKind::Contended { .. }), "{failure}");
    browser.visit(GET, async |session| assert_eq!(session.views(), 2)).await;
}

#[tokio::test]
async fn twenty_requests_with_one_expired_cookie_create_nothing_unless_they_write() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    world.clock.advance(std::time::Duration::from_secs(31 * 60));
    world.calls();
    for _ in 0..20 {
        let answer = browser.clone().visit(GET, async |session| assert_eq!(session.views(), 0)).await;
        assert_eq!(answer.set_cookie, None);
    }
    assert_eq!(world.calls().commit, 0);
}

#[derive(SessionData, Clone)]
struct Remembering {
    views: u32,
    name: String,
    #[session(skip)]
    seen: Option<u32>,
}

#[tokio::test]
async fn what_is_not_stored_survives_a_merged_commit() {
    let world = World::new();
    let sessions = world.sessions_of::<Remembering>();
    let begun = sessions.create();
    begun.set_views(1);
    sessions.save(&begun).await.unwrap();
    let token = sessions.token(&begun).unwrap();
    let open = async || sessions.open(&token).await.unwrap().unwrap();
    let (one, other) = (open().await, open().await);
    one.set_name("one".to_owned());
    sessions.save(&one).await.unwrap();
    other.set_seen(Some(7));
    other.set_views(2);
    sessions.save(&other).await.unwrap();
    assert_eq!((other.name().as_str(), other.views(), other.seen()), ("one", 2, Some(7)));
}
