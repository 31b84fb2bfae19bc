use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing;
use session::config::SessionConfig;
use session::tower::session_of;
use session::{Runtime, Session, SessionData, SessionLayer};
use session_tests::{Shop, World};
use tower::{Service as _, ServiceExt as _, service_fn};

use super::{get, layer, post, send, sign_in};

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct Admin {
    notes: u32,
}

async fn view(session: Session<Shop>) -> String {
    format!("{:?} {}", session.user_id(), session.views())
}

async fn count(session: Session<Shop>) {
    session.update_views(|views| *views += 1);
}

fn shop(layer: SessionLayer<Shop>) -> Router {
    Router::new()
        .route("/", routing::get(view))
        .route("/still", routing::get(async || "still"))
        .route("/sign-in", routing::post(sign_in))
        .route("/count", routing::post(count))
        .layer(layer)
}

#[tokio::test]
async fn a_request_that_does_not_ask_for_its_session_costs_nothing() {
    let world = World::new();
    let app = shop(layer(&world));
    let cookie = send(&app, post("/sign-in")).await.cookie();
    world.calls();
    for request in [get("/still"), get("/still").header("cookie", &cookie), get("/missing")] {
        let seen = send(&app, request).await;
        for name in ["set-cookie", "cache-control", "vary"] {
            assert!(seen.all(name).is_empty(), "{name}");
        }
    }
    assert_eq!(world.calls().total(), 0);
}

#[tokio::test]
async fn a_session_travels_in_its_cookie() {
    let world = World::new();
    let app = shop(layer(&world));
    let anonymous = send(&app, get("/")).await;
    assert_eq!(anonymous.body, "None 0");
    assert!(anonymous.all("set-cookie").is_empty());
    assert_eq!((anonymous.all("cache-control"), anonymous.all("vary")), (vec!["private"], vec!["Cookie"]));

    let signed_in = send(&app, post("/sign-in")).await;
    assert_eq!(signed_in.all("cache-control"), ["no-store"]);
    let cookie = signed_in.cookie();
    assert!(cookie.starts_with("__Host-session="));
    let split = get("/").header("cookie", "theme=dark").header("cookie", format!("a=b; {cookie}"));
    assert_eq!(send(&app, split).await.body, "Some(42) 0");
}

#[tokio::test]
async fn an_outage_is_503_and_leaves_the_cookie_alone() {
    let world = World::new();
    let layer = layer(&world);
    let app = shop(layer);
    let cookie = send(&app, post("/sign-in")).await.cookie();
    world.faults.cut(true);
    let seen = send(&app, get("/").header("cookie", &cookie)).await;
    assert_eq!((seen.status(), seen.all("retry-after")), (503, vec!["1"]));
    assert!(seen.all("set-cookie").is_empty() && !seen.body.contains("10.0.0.7"));
    assert_eq!(send(&app, get("/still").header("cookie", &cookie)).await.status(), 200);
    assert_eq!(send(&app, get("/")).await.status(), 200, "without a cookie there is nobody to ask for");
    world.faults.cut(false);
    assert_eq!(send(&app, get("/").header("cookie", &cookie)).await.body, "Some(42) 0");
}

#[tokio::test]
async fn a_response_whose_session_cannot_be_committed_is_replaced() {
    let world = World::new();
    let (layer, faults) = (layer(&world), world.faults.clone());
    let cut = faults.clone();
    let app = Router::new()
        .route(
            "/",
            routing::post(async move |session: Session<Shop>| {
                session.set_theme("dark".to_owned());
                cut.cut(true);
                ([("content-type", "text/html"), ("etag", "\"1\""), ("x-kept", "yes")], "saved!")
            }),
        )
        .layer(layer);
    let seen = send(&app, post("/")).await;
    assert_eq!((seen.status(), seen.body.as_str()), (503, ""));
    assert_eq!((seen.all("cache-control"), seen.all("x-kept")), (vec!["no-store"], vec!["yes"]));
    for name in ["retry-after", "content-type", "etag", "set-cookie"] {
        assert!(seen.all(name).is_empty(), "{name}");
    }
}

#[tokio::test]
async fn two_layers_with_one_cookie_are_an_error_and_with_two_they_are_two_sessions() {
    let world = World::new();
    let clashing = SessionLayer::<Admin>::with_config(world.store.clone(), world.runtime.config().clone());
    let app = shop(layer(&world)).layer(clashing);
    assert_eq!(send(&app, get("/still")).await.status(), 500);

    let named = SessionConfig::builder().cookie_name("__Host-admin").build().unwrap();
    let own = SessionLayer::<Admin>::with_config(world.store.clone(), named);
    let both = async |shop: Session<Shop>, admin: Session<Admin>| {
        shop.set_views(1);
        admin.set_notes(2);
    };
    let app = Router::new().route("/", routing::post(both)).layer(layer(&world)).layer(own);
    let seen = send(&app, post("/")).await;
    let names: Vec<_> =
        seen.all("set-cookie").iter().map(|line| line.split('=').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["__Host-session", "__Host-admin"]);
    assert_eq!(seen.all("vary"), ["Cookie"]);
}

#[tokio::test]
async fn a_5xx_commits_nothing_and_a_failed_service_neither() {
    let world = World::new();
    let failing = async |session: Session<Shop>| {
        session.set_views(1);
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    };
    let app = Router::new().route("/", routing::post(failing)).layer(layer(&world));
    assert!(send(&app, post("/")).await.all("set-cookie").is_empty());

    let runtime = Runtime::new(world.store.clone(), world.runtime.config().clone());
    let failing = service_fn(async |request: http::Request<()>| {
        session_of::<Shop>(&request).await.unwrap().set_views(1);
        Err::<http::Response<String>, _>("broken")
    });
    let mut service = tower::Layer::layer(&SessionLayer::<Shop>::from_runtime(runtime), failing);
    let outcome = service.ready().await.unwrap().call(http::Request::new(())).await;
    assert_eq!(outcome.unwrap_err(), "broken");
    assert_eq!(world.calls().total(), 0);
}

#[tokio::test]
async fn bare_services_ask_for_the_session_by_function() {
    let world = World::new();
    let inner = service_fn(async |request: http::Request<()>| {
        let session = session_of::<Shop>(&request).await.unwrap();
        session.update_views(|views| *views += 1);
        let again = session_of::<Shop>(&request).await.unwrap();
        Ok::<_, std::convert::Infallible>(http::Response::new(again.views().to_string()))
    });
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&world.runtime));
    let response = tower::Layer::layer(&layer, inner).oneshot(http::Request::new(())).await.unwrap();
    assert_eq!(response.body(), "1");
    assert!(response.headers().contains_key("set-cookie"));
    assert_eq!((world.calls().commit, world.calls().load), (1, 0));
}

#[tokio::test]
async fn concurrent_requests_of_one_browser_all_count() {
    let world = World::new();
    let app = shop(layer(&world));
    let cookie = send(&app, post("/count")).await.cookie();
    let requests: Vec<_> = (0..16)
        .map(|_| {
            let (app, cookie) = (app.clone(), cookie.clone());
            tokio::spawn(async move { send(&app, post("/count").header("cookie", &cookie)).await.status() })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), 200);
    }
    assert_eq!(send(&app, get("/").header("cookie", &cookie)).await.body, "None 17");
}
