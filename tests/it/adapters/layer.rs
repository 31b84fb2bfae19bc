use std::sync::{Arc, Mutex};

use axum::{Router, routing};
use futures_util::FutureExt as _;
use session::tower::session_of;
use session::{ErrorKind, Session, SessionLayer};
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

/// What a handler hands to a task that goes on after the response: the request's head, by which its session is opened.
#[tokio::test]
async fn a_session_that_is_opened_after_the_response_cannot_change_its_id() {
    let world = World::new();
    let mut browser = world.browser();
    browser.visit(session_tests::POST, async |session| session.sign_in(1)).await;
    let cookie = format!("__Host-session={}", browser.cookie.as_ref().unwrap());
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&world.runtime));
    for hangs_up in [false, true] {
        let kept = Mutex::new(None);
        let inner = service_fn(|request: http::Request<()>| {
            *kept.lock().unwrap() = Some(request);
            async move {
                if hangs_up {
                    std::future::pending::<()>().await;
                }
                Ok::<_, std::convert::Infallible>(http::Response::new(()))
            }
        });
        let request = http::Request::get("/").header("cookie", &cookie).body(()).unwrap();
        let mut responding = Box::pin(tower::Layer::layer(&layer, inner).oneshot(request));
        let answered = (&mut responding).now_or_never().is_some();
        assert_eq!(answered, !hangs_up);
        drop(responding);

        let request = kept.into_inner().unwrap().unwrap();
        let session = session_of::<Shop>(&request).await.unwrap();
        session.set_views(1);
        session.commit().await.expect("that needs no cookie");
        session.set_role("admin".to_owned());
        assert_eq!(*session.commit().await.unwrap_err().kind(), ErrorKind::HeadSent);
        browser.visit(session_tests::GET, async |session| assert_eq!(session.user_id(), Some(1))).await;
    }
}

/// A request that hangs up while its handler holds the session: nobody gets a cookie any more.
#[tokio::test]
async fn a_session_that_outlives_a_dropped_request_cannot_change_its_id() {
    let world = World::new();
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&world.runtime));
    let kept = Mutex::new(None);
    let inner = service_fn(async |request: http::Request<()>| {
        *kept.lock().unwrap() = Some(session_of::<Shop>(&request).await.unwrap());
        std::future::pending::<()>().await;
        Ok::<_, std::convert::Infallible>(http::Response::new(()))
    });
    let mut responding = Box::pin(tower::Layer::layer(&layer, inner).oneshot(http::Request::new(())));
    assert!((&mut responding).now_or_never().is_none());
    drop(responding);
    let session: Session<Shop> = kept.lock().unwrap().take().unwrap();
    session.sign_in(1);
    assert_eq!(*session.commit().await.unwrap_err().kind(), ErrorKind::HeadSent);
}
