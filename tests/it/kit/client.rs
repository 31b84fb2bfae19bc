//! The test client is a browser as far as sessions need one.

use axum::Router;
use axum::body::Body;
use axum::extract::Form;
use axum::response::Redirect;
use axum::routing::{get, post};
use http::{Request, StatusCode};
use session::testing::{StoredCookie, TestClient};
use session::{Session, SessionLayer};
use session_tests::{Shop, World};

fn app(world: &World) -> TestClient<Router, Body> {
    async fn login(session: Session<Shop>, Form(form): Form<Vec<(String, String)>>) -> Redirect {
        let (_, user) = form.into_iter().find(|(name, _)| name == "user").expect("the form has a user");
        session.set_user_id(user.parse().ok());
        session.notice().set(format!("Hello, {user}"));
        Redirect::to("/")
    }
    async fn home(session: Session<Shop>) -> String {
        let notice = session.notice().take();
        format!("{:?} {notice:?}", session.user_id())
    }
    async fn logout(session: Session<Shop>) -> Redirect {
        session.destroy().await.expect("the store is there");
        Redirect::to("/")
    }
    let router = Router::new()
        .route("/", get(home))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .layer(SessionLayer::<Shop>::from_runtime(world.runtime.clone()));
    TestClient::new(router)
}

#[tokio::test]
async fn a_login_is_kept_in_the_jar_and_a_logout_takes_it_out() {
    let client = app(&World::new());
    let response = client.post("/login", &[("x", "a&b"), ("user", "42")]).await;
    assert_eq!((response.status, response.location()), (StatusCode::SEE_OTHER, Some("/")));
    assert_eq!(response.set_cookies().len(), 1);
    assert_eq!(client.jar().iter().count(), 1);
    let page = client.get("/").await;
    assert_eq!(page.text(), "Some(42) Some(\"Hello, 42\")");
    assert_eq!(client.get("/").await.text(), "Some(42) None");
    client.post("/logout", &[]).await;
    assert_eq!(client.jar().iter().count(), 0);
    assert_eq!(client.get("/").await.text(), "None None");
}

#[tokio::test]
async fn tabs_share_a_jar_and_devices_do_not() {
    let client = app(&World::new());
    let (tab, device) = (client.clone(), client.device());
    client.post("/login", &[("user", "1")]).await;
    device.post("/login", &[("user", "2")]).await;
    let (one, two) = tokio::join!(tab.get("/"), device.get("/"));
    assert!(one.text().starts_with("Some(1)"), "{}", one.text());
    assert!(two.text().starts_with("Some(2)"), "{}", two.text());
}

#[tokio::test]
async fn an_old_cookie_can_be_sent_again() {
    let client = app(&World::new());
    client.post("/login", &[("user", "1")]).await;
    let old: StoredCookie = client.jar().iter().next().expect("the session cookie").clone();
    client.post("/logout", &[]).await;
    client.jar().put(old.clone());
    assert_eq!(client.get("/").await.text(), "None None");
    let header = format!("{}={}", old.name, old.value);
    let request = Request::get("/").header("cookie", header).body(Body::empty()).expect("a request");
    assert_eq!(client.device().send(request).await.text(), "None None");
}
