use std::sync::Arc;

use axum::{Router, routing};
use session::tower::session_of;
use session::{Session, SessionLayer};
use session_tests::{Shop, World};
use tower::{ServiceExt as _, service_fn};

use super::{get, layer, post, send};

async fn view(session: Session<Shop>) -> String {
    format!("{:?} {}", session.user_id(), session.views())
}

async fn count(session: Session<Shop>) {
    session.update_views(|views| *views += 1);
}

#[tokio::test]
async fn a_failed_service_commits_nothing() {
    let world = World::new();
    let failing = service_fn(async |request: http::Request<()>| {
        session_of::<Shop>(&request).await.unwrap().set_views(1);
        Err::<http::Response<String>, _>("broken")
    });
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&world.runtime));
    let outcome = tower::Layer::layer(&layer, failing).oneshot(http::Request::new(())).await;
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
    let app = Router::new()
        .route("/", routing::get(view))
        .route("/count", routing::post(count))
        .layer(layer(&world));
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
