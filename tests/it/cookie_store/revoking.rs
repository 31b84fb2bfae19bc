//! With marks on a server a copy of a cookie ends with its session.

use std::time::Duration;

use session::record::Principal;

use super::*;

const LAG: Duration = Duration::from_secs(5);

/// Two nodes of one deployment, and the store of the first.
fn nodes(deployment: &Deployment) -> (Client, Client, CookieStore) {
    let (one, other) = (deployment.revocable(), deployment.revocable());
    let client = |store| TestClient::new(shop(deployment.runtime(store, |config| config)));
    (client(one.clone()), client(other), one)
}

fn is_in(page: &TestResponse) -> bool {
    assert_eq!(page.status, StatusCode::OK);
    page.text().starts_with("Some(")
}

#[tokio::test]
async fn a_copy_of_a_logged_out_cookie_is_refused_on_every_node_within_the_lag() {
    for ending in ["/sign-out", "/destroy"] {
        let deployment = Deployment::new();
        let (client, other, _) = nodes(&deployment);
        client.post("/sign-in", &[("user", "1")]).await;
        let copy = stolen(&client);
        assert!(is_in(&thief(&other, &copy).get("/").await));
        assert_eq!(client.post(ending, &[]).await.status, StatusCode::NO_CONTENT);
        assert_eq!(client.jar().iter().count(), 0);
        let page = thief(&client, &copy).get("/").await;
        assert_eq!((page.text(), page.set_cookies().len()), (NOBODY, 0), "at once, where it was ended");
        deployment.clock.advance(LAG);
        assert!(!is_in(&thief(&other, &copy).get("/").await));
        let late = thief(&other, &copy);
        late.post("/count", &[]).await;
        assert!(late.get("/").await.text().starts_with("None"), "nothing brings it back");
    }
}

#[tokio::test]
async fn log_out_everywhere_ends_every_device_and_nobody_elses() {
    let deployment = Deployment::new();
    let (one, other, store) = nodes(&deployment);
    let devices = [one.device(), other.device(), other.device()];
    for device in &devices {
        device.post("/sign-in", &[("user", "1")]).await;
    }
    let stranger = other.device();
    stranger.post("/sign-in", &[("user", "2")]).await;
    let principal = Principal::of(&Some(1_i64)).expect("a number");
    store.revoke_all(&principal).await.expect("the marks are there");
    deployment.clock.advance(LAG);
    for device in &devices {
        assert!(!is_in(&device.get("/").await));
    }
    assert!(is_in(&stranger.get("/").await));
    devices[0].post("/sign-in", &[("user", "1")]).await;
    assert!(is_in(&devices[0].get("/").await));
}

#[tokio::test]
async fn a_copy_of_a_demoted_cookie_is_refused() {
    let deployment = Deployment::new();
    let (client, other, _) = nodes(&deployment);
    client.post("/sign-in", &[("user", "1")]).await;
    client.post("/role", &[("role", "admin")]).await;
    let admin = thief(&other, &stolen(&client));
    // Used, it changes with every page.
    for _ in 0..10 {
        admin.post("/count", &[]).await;
    }
    assert!(admin.get("/").await.text().contains("admin"));
    client.post("/role", &[("role", "user")]).await;
    deployment.clock.advance(LAG);
    assert!(!is_in(&admin.get("/").await));
    assert!(client.get("/").await.text().starts_with("Some(1) \"user\""));
}

#[tokio::test]
async fn without_the_marks_a_copy_is_503_and_not_accepted_and_nobody_is_logged_out() {
    let deployment = Deployment::new();
    let (client, _, _) = nodes(&deployment);
    client.post("/sign-in", &[("user", "1")]).await;
    let anonymous = client.device();
    anonymous.post("/add", &[("sku", "apple")]).await;
    let copy = stolen(&client);
    client.post("/destroy", &[]).await;
    let (second, _, _) = nodes(&deployment);
    second.post("/sign-in", &[("user", "2")]).await;
    deployment.clock.advance(LAG);
    deployment.faults.cut(true);
    for cookies in [&copy, &stolen(&second)] {
        let page = thief(&client, cookies).get("/").await;
        assert_eq!((page.status, page.set_cookies().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
        assert_eq!(page.header("retry-after"), Some("1"));
    }
    assert!(anonymous.get("/").await.text().contains("apple"), "nobody's session needs no marks");
    assert_eq!(second.get("/still").await.status, StatusCode::OK);
    deployment.faults.cut(false);
    assert!(is_in(&second.get("/").await));
    assert!(!is_in(&thief(&client, &copy).get("/").await));
}

#[tokio::test]
async fn a_logout_that_could_not_be_marked_says_so_and_can_be_repeated() {
    let deployment = Deployment::new();
    let (client, _, _) = nodes(&deployment);
    client.post("/sign-in", &[("user", "1")]).await;
    client.get("/").await;
    deployment.faults.cut(true);
    assert_eq!(client.post("/sign-out", &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(client.jar().iter().count(), 1);
    deployment.faults.cut(false);
    assert_eq!(client.post("/sign-out", &[]).await.status, StatusCode::NO_CONTENT);
    assert_eq!(client.jar().iter().count(), 0);
}

#[tokio::test]
async fn an_anonymous_visit_makes_no_call_and_a_signed_in_one_few() {
    let deployment = Deployment::new();
    let (client, _, _) = nodes(&deployment);
    let calls = || deployment.marks.take().marks;
    client.post("/add", &[("sku", "apple")]).await;
    client.post("/count", &[]).await;
    client.get("/").await;
    deployment.clock.advance(Duration::from_secs(600));
    client.get("/").await;
    assert_eq!(calls(), 0);
    client.post("/sign-in", &[("user", "1")]).await;
    assert_eq!(calls(), 1);
    for _ in 0..5 {
        client.get("/").await;
        client.post("/count", &[]).await;
    }
    assert_eq!(calls(), 0, "known since the login");
    deployment.clock.advance(LAG);
    client.get("/").await;
    client.post("/count", &[]).await;
    assert_eq!(calls(), 1);
    client.post("/role", &[("role", "admin")]).await;
    assert_eq!(calls(), 1, "a change of rights");
    client.get("/still").await;
    assert_eq!(calls(), 0);
}

#[tokio::test]
async fn a_twin_of_the_login_from_before_a_logout_begins_a_session_of_its_own() {
    let deployment = Deployment::new();
    let (client, _, _) = nodes(&deployment);
    client.post("/add", &[("sku", "apple")]).await;
    let before = stolen(&client);
    client.post("/sign-in", &[("user", "1")]).await;
    client.post("/destroy", &[]).await;
    // A slow response has put the cookie back that it had before the login.
    let client = thief(&client, &before);
    client.post("/sign-in", &[("user", "1")]).await;
    assert!(is_in(&client.get("/").await), "whoever signs in is in");
}
