//! Ids and cookies that open nothing.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use session::config::RotationPolicy;
use session::http::Exchange;
use session::testing::TestClient;
use session::{Session, SessionData, SessionLayer};
use session_tests::{GET, POST, Shop, World};

use super::Ear;

pub(super) const SEEN: &[&str] = &[
    "unknown_id",
    "unknown_secret",
    "reused_secret",
    "too_many_cookies",
    "ambiguous_cookies",
    "cookie_clash",
];

const MINUTE: Duration = Duration::from_secs(60);

/// Opens a session with all of these cookies in one header.
async fn open(world: &World, cookies: &[&str]) {
    let exchange = Exchange::<Shop>::new(Arc::clone(&world.runtime));
    let name = exchange.cookie_name().to_owned();
    let header: Vec<_> = cookies.iter().map(|value| format!("{name}={value}")).collect();
    let header = header.join("; ");
    assert!(exchange.open(std::iter::once(header.as_bytes())).await.unwrap().is_new());
}

async fn somebody(world: &World, user: i64) -> String {
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(user)).await;
    browser.cookie.unwrap()
}

#[tokio::test]
async fn an_id_that_is_over_and_one_that_was_replaced() {
    let ear = Ear::default();
    let world = ear.world();
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    let before = browser.clone();
    browser.visit(POST, async |session| session.rotate_id()).await;
    world.clock.advance(MINUTE);
    ear.heard();
    assert!(before.begin().await.unwrap().session.is_new());
    ear.heard_only(&["unknown_secret"]);

    let after = browser.clone();
    browser.visit(POST, async |session| session.destroy().await.unwrap()).await;
    ear.heard();
    assert!(after.begin().await.unwrap().session.is_new());
    ear.heard_only(&["unknown_id"]);
}

#[tokio::test]
async fn an_id_that_was_replaced_by_age_and_is_used_long_after() {
    let ear = Ear::default();
    let every = Some(20 * MINUTE);
    let world =
        ear.world_with(|config| config.rotation(RotationPolicy { every, ..RotationPolicy::default() }));
    let mut browser = world.browser();
    browser.visit(POST, async |session| session.sign_in(1)).await;
    world.clock.advance(20 * MINUTE);
    let before = browser.clone();
    browser.visit(GET, async |session| assert!(session.is_authenticated())).await;
    assert_ne!(before.cookie, browser.cookie);
    world.clock.advance(10 * MINUTE);
    ear.heard();
    assert!(before.begin().await.unwrap().session.is_new());
    ear.heard_only(&["reused_secret"]);
}

#[tokio::test]
async fn more_cookies_than_a_browser_sends() {
    let ear = Ear::default();
    let world = ear.world();
    let mut cookies = Vec::new();
    for user in 1..=4 {
        cookies.push(somebody(&world, user).await);
    }
    let cookies: Vec<_> = cookies.iter().map(String::as_str).collect();
    ear.heard();
    open(&world, &cookies).await;
    ear.heard_only(&["too_many_cookies"]);
    open(&world, &cookies[..2]).await;
    ear.heard_only(&["ambiguous_cookies"]);
}

#[derive(SessionData, Clone)]
struct Notes {
    notes: u32,
}

#[tokio::test]
async fn two_layers_with_one_cookie() {
    let ear = Ear::default();
    let world = ear.world();
    let config = world.runtime.config().clone();
    let app = Router::new()
        .route("/", get(async |session: Session<Shop>| session.views().to_string()))
        .layer(SessionLayer::<Shop>::from_runtime(Arc::clone(&world.runtime)))
        .layer(SessionLayer::<Notes>::with_config(world.store.clone(), config));
    let browser = TestClient::<_, Body>::new(app);
    browser.get("/").await;
    ear.heard_also(&["cookie_clash"]);
}
