//! What reviews found: each of these failed once.

use std::sync::Arc;

use session::SessionData;
use session_tests::{Browser, GET, Item, POST, World, page};

async fn signed_in(world: &World, user: i64) -> Browser {
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.sign_in(user);
            session.set_name(Some(format!("user {user}")));
            session.set_cart(vec![Item::one("of their own")]);
            session.set_theme("dark".to_owned());
        })
        .await;
    browser
}

#[tokio::test]
async fn a_double_clicked_re_login() {
    let world = World::new();
    let browser = signed_in(&world, 1).await;
    let (first, second) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    first.session.sign_in(1);
    second.session.sign_in(1);
    for pending in [first, second] {
        let answer = pending.end(POST).await;
        assert!(answer.failure.is_none());
        let mut jar = browser.clone();
        jar.receive(&answer);
        let opened = jar.begin().await;
        let opened = opened.map(|p| p.session.user_id()).map_err(|e| e.kind().clone());
        assert_eq!(opened, Ok(Some(1)));
    }
}

#[tokio::test]
async fn nested_update_crosses_principals() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| {
            session.update(|data| {
                session.sign_in(2);
                data.cart.push(Item::one("more"));
            });
            assert_eq!(session.user_id(), Some(2));
            assert!(!session.cart().contains(&Item::one("of their own")), "update");
        })
        .await;
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| {
            session.update_cart(|cart| {
                session.sign_in(2);
                cart.push(Item::one("more"));
            });
            assert!(!session.cart().contains(&Item::one("of their own")), "update_cart");
        })
        .await;
}

#[tokio::test]
async fn keep_field_reset_is_lost() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| {
            session.sign_in(2);
            session.set_theme(String::new());
            assert_eq!(session.theme(), "");
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.theme(), "", "theme")).await;
}

mod old {
    #[derive(session::SessionData, Clone)]
    pub struct Data {
        #[session(identity)]
        pub user_id: Option<i64>,
        #[session(keep)]
        pub address: String,
    }
}

mod new {
    #[derive(session::SessionData, Clone)]
    pub struct Data {
        #[session(identity)]
        pub user_id: Option<i64>,
        pub address: String,
    }
}

#[tokio::test]
async fn a_field_that_is_not_kept_any_more() {
    let world = World::new();
    let sessions = session::Sessions::<old::Data>::of(Arc::clone(&world.runtime));
    let session = sessions.create();
    session.sign_in(1);
    session.set_address("1 Main Street".to_owned());
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();

    let sessions = session::Sessions::<new::Data>::of(Arc::clone(&world.runtime));
    let session = sessions.open(&token).await.unwrap().unwrap();
    session.sign_in(2);
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();
    let session = sessions.open(&token).await.unwrap().unwrap();
    assert_eq!(session.user_id(), Some(2));
    assert_eq!(session.address(), "");
}

#[tokio::test]
async fn update_with_change_of_principal_carries() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser.visit(POST, async |session| session.set_views(41)).await;
    browser
        .visit(POST, async |session| {
            session.update(|data| {
                data.user_id = Some(2);
                data.views += 1;
                data.cart.push(Item::one("more"));
            });
            assert_eq!((session.views(), session.cart().len()), (0, 0));
        })
        .await;
}

#[tokio::test]
async fn flash_update_then_sign_out() {
    let world = World::new();
    let mut browser = signed_in(&world, 1).await;
    browser
        .visit(POST, async |session| session.messages().update(|bag| bag.info("your card ends in 1234")))
        .await;
    browser
        .visit(POST, async |session| {
            session.messages().update(|bag| bag.info("Bye"));
            session.sign_out().await.unwrap();
        })
        .await;
    browser
        .visit(GET, async |session| {
            let bag = session.messages().take().unwrap_or_default();
            assert!(!bag.iter().any(|(_, text)| text.contains("1234")));
        })
        .await;
}

#[derive(SessionData, Clone)]
struct Scratchy {
    views: u32,
    name: String,
    #[session(skip)]
    cache: Option<u32>,
}

#[tokio::test]
async fn scratch_survives_a_merged_commit() {
    let world = World::new();
    let sessions = session::Sessions::<Scratchy>::of(Arc::clone(&world.runtime));
    let first = sessions.create();
    first.set_views(1);
    sessions.save(&first).await.unwrap();
    let token = sessions.token(&first).unwrap();
    let (a, b) =
        (sessions.open(&token).await.unwrap().unwrap(), sessions.open(&token).await.unwrap().unwrap());
    a.set_name("a".to_owned());
    sessions.save(&a).await.unwrap();
    b.set_cache(Some(7));
    b.set_views(2);
    sessions.save(&b).await.unwrap();
    assert_eq!(b.name(), "a");
    assert_eq!(b.cache(), Some(7));
}

mod uid1 {
    #[derive(session::SessionValue, Clone, Default, PartialEq, Debug)]
    pub struct UserId {
        pub id: u64,
    }
    #[derive(session::SessionData, Clone)]
    pub struct Data {
        #[session(identity)]
        pub user: Option<UserId>,
        pub n: u32,
    }
}
mod uid2 {
    #[derive(session::SessionValue, Clone, Default, PartialEq, Debug)]
    pub struct UserId {
        pub id: u64,
        pub tenant: u32,
    }
    #[derive(session::SessionData, Clone)]
    pub struct Data {
        #[session(identity)]
        pub user: Option<UserId>,
        pub n: u32,
    }
}

#[tokio::test]
async fn an_identity_struct_that_grew() {
    let world = World::new();
    let sessions = session::Sessions::<uid1::Data>::of(Arc::clone(&world.runtime));
    let session = sessions.create();
    session.sign_in(uid1::UserId { id: 1 });
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();
    let sessions = session::Sessions::<uid2::Data>::of(Arc::clone(&world.runtime));
    let session = sessions.open(&token).await.unwrap().unwrap();
    assert_eq!(session.user().as_ref().map(|u| u.id), Some(1));
    session.set_n(1);
    sessions.save(&session).await.unwrap();
    let again = sessions.open(&token).await.map_err(|e| e.kind().clone());
    assert!(again.is_ok(), "{:?}", again.err());
}

#[tokio::test]
async fn debug_of_store_types() {
    use session::http::{Exchange, RequestFacts};
    let world = World::new();
    let exchange = Exchange::<session_tests::Shop>::new(Arc::clone(&world.runtime));
    let session = exchange.open(std::iter::empty()).await.unwrap();
    session.set_name(Some("4111-1111".to_owned()));
    let finish =
        exchange.finish(RequestFacts { safe: false, head: false, prefetch: false }, 200).await.unwrap();
    let shown = format!("{finish:?}");
    let value = finish.set_cookie.clone().unwrap();
    let token = value.split(['=', ';']).nth(1).unwrap();
    assert!(!shown.contains(token), "{shown}");
    let _ = page;
}

#[tokio::test]
async fn discard_after_commit() {
    let world = World::new();
    let mut browser = world.browser();
    browser
        .visit(POST, async |session| {
            session.notice().set("x");
            session.commit().await.unwrap();
            session.notice().discard();
        })
        .await;
    browser.visit(GET, async |session| assert_eq!(session.notice().peek(), None)).await;
}
