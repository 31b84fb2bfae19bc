use axum::{Router, routing};
use session::{Authenticated, Session};
use session_tests::{Shop, World};

use super::{get, layer, post, send, sign_in};

async fn perhaps(session: Option<Session<Shop>>) -> &'static str {
    if session.is_some() { "stored" } else { "none" }
}

async fn account(session: Authenticated<Shop>) -> String {
    format!("{:?}", session.user_id())
}

fn routes() -> Router {
    Router::new()
        .route("/perhaps", routing::get(perhaps))
        .route("/account", routing::get(account))
        .route("/view", routing::post(async |session: Session<Shop>| session.set_views(1)))
        .route("/sign-in", routing::post(sign_in))
}

#[tokio::test]
async fn an_optional_session_is_there_when_it_is_stored() {
    let world = World::new();
    let app = routes().layer(layer(&world));
    assert_eq!(send(&app, get("/perhaps")).await.body, "none");
    let cookie = send(&app, post("/view")).await.cookie();
    assert_eq!(send(&app, get("/perhaps").header("cookie", cookie)).await.body, "stored");
}

#[tokio::test]
async fn an_authenticated_session_needs_somebody_signed_in() {
    let world = World::new();
    let app = routes().layer(layer(&world));
    let anonymous = send(&app, post("/view")).await.cookie();
    for request in [get("/account"), get("/account").header("cookie", anonymous)] {
        let seen = send(&app, request).await;
        assert_eq!((seen.status(), seen.body.as_str()), (401, "{\"error\":\"unauthenticated\"}"));
        assert_eq!(seen.all("content-type"), ["application/json"]);
    }
    let cookie = send(&app, post("/sign-in")).await.cookie();
    assert_eq!(send(&app, get("/account").header("cookie", cookie)).await.body, "Some(42)");
}

#[tokio::test]
async fn an_outage_is_neither_no_session_nor_signed_out() {
    let world = World::new();
    let layer = layer(&world);
    let app = routes().layer(layer);
    let cookie = send(&app, post("/sign-in")).await.cookie();
    world.faults.cut(true);
    for path in ["/perhaps", "/account"] {
        assert_eq!(send(&app, get(path).header("cookie", &cookie)).await.status(), 503, "{path}");
    }
}

#[tokio::test]
async fn a_missing_layer_is_an_error_and_never_an_empty_session() {
    let app = routes();
    for path in ["/perhaps", "/account"] {
        let seen = send(&app, get(path)).await;
        assert_eq!(seen.status(), 500, "{path}");
        assert!(!seen.body.contains("Layer"), "the cure is for the log: {}", seen.body);
    }
}
