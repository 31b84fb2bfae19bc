//! The life of a session.

use std::time::Duration;

use session::Sessions;
use session::store::DynStore;
use session_stores::MemoryStore;
use session_tests::{GET, POST, Shop};

use super::Ear;

pub(super) const SEEN: &[&str] = &[
    "created",
    "authenticated",
    "committed",
    "responding",
    "loaded",
    "rotated",
    "destroyed",
    "merged",
    "expired",
    "late_write",
    "login_moved",
    "cleared",
    "evicted",
];

#[tokio::test]
async fn from_the_login_to_the_logout() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    ear.heard_only(&["created", "authenticated", "committed", "responding"]);
    browser.visit(GET, async |session| assert!(session.is_authenticated())).await;
    ear.heard_only(&["loaded", "responding"]);
    browser.visit(POST, async |session| session.rotate_id()).await;
    ear.heard_only(&["loaded", "committed", "rotated", "responding"]);
    browser.visit(POST, async |session| session.destroy().await.unwrap()).await;
    ear.heard_only(&["loaded", "destroyed", "responding"]);
}

#[tokio::test]
async fn two_requests_at_once() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let (one, two) = (browser.begin().await.unwrap(), browser.begin().await.unwrap());
    one.session.set_name(Some("Ada".to_owned()));
    two.session.set_theme("dark".to_owned());
    one.end(POST).await;
    ear.heard();
    two.end(POST).await;
    ear.heard_only(&["committed", "merged", "responding"]);
}

#[tokio::test]
async fn a_request_that_outlasts_its_session() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let slow = browser.begin().await.unwrap();
    slow.session.update_views(|views| *views += 1);
    world.clock.advance(Duration::from_secs(24 * 60 * 60));
    ear.heard();
    assert!(slow.end(GET).await.failure.is_none());
    ear.heard_only(&["expired", "late_write", "responding"]);
}

#[tokio::test]
async fn a_login_that_is_overtaken_by_a_logout() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.set_views(1)).await;
    let login = browser.begin().await.unwrap();
    browser.visit(POST, async |session| session.destroy().await.unwrap()).await;
    login.session.sign_in(1);
    ear.heard();
    assert!(login.end(POST).await.failure.is_none());
    ear.heard_also(&["login_moved", "created", "authenticated"]);
}

#[tokio::test]
async fn all_sessions_at_once() {
    let ear = Ear::default();
    let config = session::SessionConfig::builder().events(ear.events()).build().unwrap();
    let sessions = Sessions::<Shop, _>::with_config(DynStore::scanning(MemoryStore::new()), config);
    let session = sessions.create();
    session.set_views(1);
    sessions.save(&session).await.unwrap();
    ear.heard();
    assert_eq!(sessions.clear().await.unwrap(), 1);
    ear.heard_only(&["cleared"]);
}

#[tokio::test]
async fn a_store_that_is_full() {
    let ear = Ear::default();
    let full = session_stores::memory::Full::EvictIdle;
    let store = MemoryStore::builder().max_entries(2).when_full(full).events(ear.events()).build();
    let sessions = Sessions::<Shop, _>::new(store.clone());
    for views in 0..5 {
        let session = sessions.create();
        session.set_views(views + 1);
        sessions.save(&session).await.unwrap();
    }
    ear.heard_only(&["evicted"]);
    assert_eq!(store.stats().evicted, 3);
}
