//! What signing out ends, and what it does not: at once where somebody is signed in, nothing where nobody is.

use session::config::{LoadPolicy, OnUnavailable};
use session::store::Scan as _;
use session::testing::{Fault, Operation};
use session::{Session, SessionData};
use session_tests::{Browser, GET, Item, POST, World, page};

/// A visitor with a cart and a theme; not signed in.
async fn visitor(world: &World) -> Browser {
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.set_cart(vec![Item::one("tea")]);
            session.set_theme("dark".to_owned());
        })
        .await;
    browser
}

async fn signed_in(world: &World) -> Browser {
    let mut browser = visitor(world).await;
    browser.visit(POST, async |session| session.sign_in(1)).await;
    browser
}

#[tokio::test]
async fn a_stray_sign_out_costs_an_anonymous_visitor_nothing() {
    let world = World::new();
    let mut browser = visitor(&world).await;
    browser.visit(POST, async |session| session.notice().set("hello")).await;
    let before = browser.clone();
    world.calls();
    let answer = browser
        .visit(POST, async |session| {
            session.update_views(|views| *views += 1);
            session.sign_out().await.unwrap();
            assert_eq!(session.cart(), vec![Item::one("tea")]);
        })
        .await;
    assert_eq!((answer.set_cookie, world.calls().delete), (None, 0));
    assert_eq!(browser.cookie, before.cookie);
    browser
        .visit(GET, async |session| {
            assert_eq!((session.cart().len(), session.theme().as_str(), session.views()), (1, "dark", 1));
            assert_eq!(session.notice().take().as_deref(), Some("hello"));
        })
        .await;
}

#[tokio::test]
async fn a_stray_sign_out_keeps_what_is_not_stored_yet() {
    let world = World::new();
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.set_cart(vec![Item::one("tea")]);
            session.sign_out().await.unwrap();
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.cart().len(), 1)).await;
}

#[tokio::test]
async fn a_stray_sign_out_ends_nothing_where_an_anonymous_commit_has_no_answer() {
    for begun in [false, true] {
        let world = World::new();
        let mut browser = if begun { visitor(&world).await } else { world.browser() };
        let request = browser.begin().await.unwrap();
        request.session.update_cart(|cart| cart.push(Item::one("rice")));
        world.faults.next(Operation::Commit, Fault::LoseAnswer);
        assert!(request.session.commit().await.unwrap_err().is_unavailable());
        request.session.sign_out().await.unwrap();
        browser.receive(&request.end(POST).await);
        browser.visit(GET, async |session| assert_eq!(session.cart().len(), 1 + usize::from(begun))).await;
    }
}

#[tokio::test]
async fn a_sign_out_acts_at_once_although_a_setter_has_taken_the_principal_out() {
    let world = World::new();
    for update in [false, true] {
        let mut browser = signed_in(&world).await;
        let stolen = browser.clone();
        let answer = browser
            .visit(page(false, 500), async |session| {
                if update {
                    session.update(|data| data.user_id = None);
                } else {
                    session.set_user_id(None);
                }
                session.sign_out().await.unwrap();
                assert!(stolen.begin().await.unwrap().session.is_new(), "before the response");
            })
            .await;
        assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
        assert!(stolen.begin().await.unwrap().session.is_new());
    }
}

#[tokio::test]
async fn a_sign_out_acts_at_once_although_the_sign_in_has_no_answer() {
    for fault in [Fault::LoseAnswer, Fault::LoseRequest] {
        let world = World::new();
        let browser = visitor(&world).await;
        let request = browser.begin().await.unwrap();
        request.session.sign_in(1);
        world.faults.next(Operation::Commit, fault);
        assert!(request.session.commit().await.unwrap_err().is_unavailable());
        request.session.sign_out().await.unwrap();
        assert_eq!(world.store.count().await.unwrap(), 0, "before the response");
        let answer = request.end(page(false, 500)).await;
        assert!(answer.set_cookie.unwrap().contains("Max-Age=0"));
        assert_eq!(world.store.count().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn whoever_signs_in_and_out_in_one_request_leaves_what_is_kept_and_nothing_else() {
    let world = World::new();
    let mut browser = visitor(&world).await;
    browser
        .visit(POST, async |session| {
            session.sign_in(1);
            session.sign_out().await.unwrap();
        })
        .await;
    browser
        .visit(GET, async |session| {
            assert!(!session.is_authenticated() && session.cart().is_empty());
            assert_eq!(session.theme(), "dark");
        })
        .await;
}

#[tokio::test]
async fn signing_out_in_an_outage_is_an_error_and_ends_the_session_when_it_is_over() {
    let policy = LoadPolicy { unavailable: OnUnavailable::Proceed, ..LoadPolicy::default() };
    let world = World::with(|config| config.load(policy));
    let mut browser = signed_in(&world).await;
    world.faults.cut(true);
    let answer = browser
        .visit(POST, async |session| {
            assert!(session.is_degraded());
            assert!(session.sign_out().await.unwrap_err().is_unavailable());
            assert!(session.destroy().await.unwrap_err().is_unavailable());
        })
        .await;
    assert_eq!(answer.set_cookie, None);
    world.faults.cut(false);
    browser.visit(POST, async |session| session.sign_out().await.unwrap()).await;
    browser.visit(GET, async |session| assert!(!session.is_authenticated())).await;
}

mod newer {
    #[derive(session::SessionData, Clone)]
    pub(super) struct Data {
        #[session(identity)]
        pub(super) user_id: Option<i64>,
        #[session(keep)]
        pub(super) theme: String,
        /// As the two below, known to this program alone.
        #[session(keep)]
        pub(super) language: String,
        pub(super) address: String,
    }
}

mod present {
    #[derive(session::SessionData, Clone)]
    pub(super) struct Data {
        #[session(identity)]
        pub(super) user_id: Option<i64>,
        #[session(keep)]
        pub(super) theme: String,
        pub(super) views: u32,
    }
}

/// A session of the newer program, with everything set.
async fn newest(world: &World, user_id: Option<i64>) -> Browser<newer::Data> {
    let mut browser = world.browser_of::<newer::Data>();
    browser
        .visit(POST, async |session| {
            session.set_user_id(user_id);
            session.set_theme("dark".to_owned());
            session.set_language("de".to_owned());
            session.set_address("1 Main Street".to_owned());
        })
        .await;
    browser
}

/// A request of a program that knows less, by the same client.
async fn other<T: SessionData>(
    world: &World,
    browser: &mut Browser<newer::Data>,
    handler: impl AsyncFnOnce(&Session<T>),
) {
    let mut same = world.browser_of::<T>();
    same.cookie.clone_from(&browser.cookie);
    same.visit(POST, handler).await;
    browser.cookie = same.cookie;
}

#[tokio::test]
async fn what_is_kept_outlives_a_sign_out_whether_the_program_knows_it_or_not() {
    let world = World::new();
    let mut browser = newest(&world, Some(1)).await;
    other::<present::Data>(&world, &mut browser, async |session| session.sign_out().await.unwrap()).await;
    browser
        .visit(GET, async |session| {
            assert_eq!((session.user_id(), session.theme().as_str()), (None, "dark"));
            assert_eq!((session.language().as_str(), session.address().as_str()), ("de", ""));
        })
        .await;
}

#[tokio::test]
async fn a_stray_sign_out_touches_nothing_that_the_program_does_not_know() {
    let world = World::new();
    let mut browser = newest(&world, None).await;
    other::<present::Data>(&world, &mut browser, async |session| {
        session.set_views(1);
        session.sign_out().await.unwrap();
    })
    .await;
    browser
        .visit(GET, async |session| {
            assert_eq!((session.language().as_str(), session.address().as_str()), ("de", "1 Main Street"));
        })
        .await;
}

/// The version after [`newer`]: two fields became one.
#[derive(SessionData, Clone)]
#[session(version = 2, previous = newer::Data, min_reader = 2)]
struct Latest {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(keep)]
    look: (String, String),
}

impl From<newer::Data> for Latest {
    fn from(before: newer::Data) -> Self {
        Self { user_id: before.user_id, look: (before.theme, before.language) }
    }
}

#[tokio::test]
async fn what_is_kept_of_an_older_version_is_kept_once() {
    let world = World::new();
    let mut browser = newest(&world, Some(1)).await;
    other::<Latest>(&world, &mut browser, async |session| {
        session.sign_out().await.unwrap();
        assert_eq!(*session.look(), ("dark".to_owned(), "de".to_owned()));
        session.set_look((String::new(), String::new()));
    })
    .await;
    assert_eq!(browser.cookie, None, "the fields of the older version were stored beside the new one");
    assert_eq!(world.store.count().await.unwrap(), 0);
}
