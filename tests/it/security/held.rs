//! The same of sessions that the client holds: bound, withheld, and with tokens of their own.

use std::sync::Arc;

use axum::{Router, routing};
use session::config::{OnMismatch, SessionConfig};
use session::event::SessionEvent;
use session::{CsrfGuard, Session, SessionLayer};
use session_stores::CookieStore;
use session_tests::{Shop, World};

use super::binding::by_ip;
use super::{Told, config, from, get, post, shop_on, with};
use crate::adapters::send;

const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.1";

/// A store without anything on the server, or with marks of what was revoked.
fn store(world: &World, revocable: bool) -> CookieStore {
    let store = CookieStore::builder().clock(Arc::clone(&world.clock));
    match revocable {
        true => store.revocation(world.store.clone()).build(),
        false => store.build(),
    }
}

fn app(world: &World, revocable: bool, config: SessionConfig) -> Router {
    shop_on(store(world, revocable), config)
}

async fn page(app: &Router, peer: &str, cookie: &str) -> String {
    send(app, from(with(get("/"), cookie), peer)).await.body
}

#[tokio::test]
async fn a_sealed_session_is_bound_and_refused_elsewhere() {
    let world = World::new();
    let told = Told::default();
    for mismatch in [OnMismatch::Refuse, OnMismatch::Revoke] {
        let policy = by_ip(mismatch);
        let app = app(&world, false, config(&world, |config| config.binding(policy).events(told.clone())));
        let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
        assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
        assert_eq!(page(&app, HOME, &cookie).await, "Some(42) 0", "nothing on the server could be deleted");
    }
    assert_eq!(told.count(|event| matches!(event, SessionEvent::BindingMismatch { .. })), 2);
    assert_eq!(told.count(|event| matches!(event, SessionEvent::Revoked { .. })), 0, "nor is it said so");
}

#[tokio::test]
async fn a_sealed_session_that_is_used_elsewhere_is_revoked_where_that_can_be_remembered() {
    let world = World::new();
    let policy = by_ip(OnMismatch::Revoke);
    let app = app(&world, true, config(&world, |config| config.binding(policy)));
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
    assert_eq!(page(&app, HOME, &cookie).await, "None 0");
}

#[tokio::test]
async fn a_sealed_session_is_withheld_and_given_back() {
    for revocable in [false, true] {
        let world = World::new();
        let policy = by_ip(OnMismatch::Reauthenticate);
        let app = app(&world, revocable, config(&world, |config| config.binding(policy)));
        let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
        let cookie = send(&app, from(with(get("/views"), &cookie), HOME)).await.cookie();
        assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
        let again = send(&app, from(with(post("/sign-in"), &cookie), ELSEWHERE)).await.cookie();
        assert_eq!(page(&app, ELSEWHERE, &again).await, "Some(42) 1");
        assert_eq!(page(&app, HOME, &again).await, "None 0");
        let other = send(&app, from(with(post("/sign-in/other"), &cookie), ELSEWHERE)).await.cookie();
        assert_eq!(page(&app, ELSEWHERE, &other).await, "Some(7) 0");
    }
}

#[tokio::test]
async fn a_sealed_session_has_tokens_from_its_first_page_on() {
    let world = World::new();
    let view = async |session: Session<Shop>| {
        session.update_views(|views| *views += 1);
        session.csrf_token().expect("keys").to_string()
    };
    let layer = SessionLayer::<Shop>::with_config(store(&world, false), config(&world, |config| config));
    let sign_in = async |session: Session<Shop>| session.sign_in(42);
    let app = Router::new()
        .route("/", routing::get(view).post(async || ()))
        .route("/sign-in", routing::post(sign_in))
        .layer(CsrfGuard::<Shop>::new())
        .layer(layer);
    let first = send(&app, get("/")).await;
    let asked = async |cookie: &str, token: &str, path| {
        send(&app, with(post(path), cookie).header("x-csrf-token", token)).await
    };
    assert_eq!(asked(&first.cookie(), &first.body, "/").await.status(), 200);
    assert_eq!(send(&app, with(post("/"), &first.cookie())).await.status(), 403);
    let signed_in = asked(&first.cookie(), &first.body, "/sign-in").await.cookie();
    assert_eq!(asked(&signed_in, &first.body, "/").await.status(), 403, "the token ends with the login");
    let page = send(&app, with(get("/"), &signed_in)).await;
    assert_eq!(asked(&page.cookie(), &page.body, "/").await.status(), 200);
}
