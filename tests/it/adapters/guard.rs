use axum::{Router, routing};
use session::RequireAuth;
use session_tests::{Shop, World};

use super::{get, layer, post, send, sign_in};

const PAGE: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

fn app(world: &World) -> Router {
    let layer = layer(world);
    let guard = RequireAuth::<Shop>::new().sign_in_path("/sign-in").exempt_prefix("/public/");

    Router::new()
        .route("/sign-in", routing::post(sign_in))
        .route("/orders", routing::get(async || "orders").post(async || "ordered"))
        .route("/public/{*path}", routing::get(async || "public"))
        .layer(guard)
        .layer(layer)
}

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let world = World::new();
    let app = app(&world);
    let seen = send(&app, get("/orders?page=2&x=/public/").header("accept", PAGE)).await;
    assert_eq!(seen.status(), 303);
    assert_eq!(seen.all("location"), ["/sign-in?next=/orders%3Fpage%3D2%26x%3D/public/"]);
    assert_eq!((seen.all("cache-control"), seen.all("vary")), (vec!["no-store"], vec!["Cookie"]));

    let head = http::Request::head("/orders").header("accept", PAGE);
    assert_eq!(send(&app, head).await.status(), 303);
    for request in [get("/orders"), post("/orders").header("accept", PAGE)] {
        let seen = send(&app, request).await;
        assert_eq!((seen.status(), seen.body.as_str()), (401, "{\"error\":\"unauthenticated\"}"));
    }
    let cookie = send(&app, post("/sign-in")).await.cookie();
    assert_eq!(send(&app, get("/orders").header("cookie", cookie)).await.body, "orders");
}

#[tokio::test]
async fn an_exempt_path_does_not_look_at_the_session() {
    let world = World::new();
    let app = app(&world);
    let cookie = send(&app, post("/sign-in")).await.cookie();
    world.faults.cut(true);
    let seen = send(&app, get("/public/a.css").header("cookie", cookie)).await;
    assert_eq!((seen.status(), seen.body.as_str()), (200, "public"));
    assert!(seen.all("vary").is_empty());
}

#[tokio::test]
async fn no_spelling_of_a_path_gets_around_the_guard() {
    let world = World::new();
    let app = app(&world);
    for path in [
        "/public/../orders",
        "/public/%2e%2e/orders",
        "/public/..%2forders",
        "/public//orders",
        "/public/%252e%252e/orders",
        "//public/a",
        "/PUBLIC/a",
        "/orders?/public/",
        "/orders?next=/public/a",
        "http://example.org/orders",
    ] {
        assert_eq!(send(&app, get(path)).await.status(), 401, "{path}");
    }
}

#[tokio::test]
async fn nobody_passes_while_the_store_cannot_be_asked() {
    let world = World::new();
    let app = app(&world);
    let cookie = send(&app, post("/sign-in")).await.cookie();
    world.faults.cut(true);
    let seen = send(&app, get("/orders").header("accept", PAGE).header("cookie", cookie)).await;
    assert_eq!((seen.status(), seen.all("retry-after")), (503, vec!["1"]));
    assert!(seen.all("set-cookie").is_empty() && seen.all("location").is_empty());
}
