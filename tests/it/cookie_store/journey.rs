//! A visit from the first page to the last.

use std::time::Duration;

use session::store::{DynStore, Store as _};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_visitor_fills_a_cart_signs_in_reads_a_message_once_and_signs_out() {
    let client = Deployment::new().browser();
    assert_eq!(client.get("/").await.text(), NOBODY);
    assert_eq!(client.jar().iter().count(), 0, "looking is not yet a session");
    client.post("/add", &[("sku", "apple")]).await;
    let anonymous = stolen(&client);
    client.post("/sign-in", &[("user", "42")]).await;
    assert_ne!(stolen(&client), anonymous);
    assert_eq!(client.get("/").await.text(), "Some(42) \"\" [\"apple\"] 0 Some(\"Hello\")");
    assert_eq!(client.get("/").await.text(), "Some(42) \"\" [\"apple\"] 0 None");
    client.post("/sign-out", &[]).await;
    assert_eq!(client.get("/").await.text(), NOBODY);
    assert_eq!(client.jar().iter().count(), 0);
}

#[tokio::test]
async fn a_page_that_changes_nothing_sets_nothing_and_one_that_does_not_ask_costs_nothing() {
    let client = Deployment::new().browser();
    client.post("/add", &[("sku", "apple")]).await;
    let before = stolen(&client);
    let page = client.get("/").await;
    assert!(page.set_cookies().is_empty());
    assert_eq!((page.header("cache-control"), page.header("vary")), (Some("private"), Some("Cookie")));
    let still = client.get("/still").await;
    for name in ["set-cookie", "cache-control", "vary"] {
        assert_eq!(still.header(name), None, "{name}");
    }
    assert_eq!(stolen(&client), before);
    let changed = client.post("/count", &[]).await;
    assert_eq!((changed.set_cookies().len(), changed.header("cache-control")), (1, Some("no-store")));
}

#[tokio::test]
async fn a_session_in_use_lives_on_and_an_unused_one_ends_by_the_deadline_inside_its_cookie() {
    let deployment = Deployment::new();
    let client = deployment.browser();
    client.post("/add", &[("sku", "apple")]).await;
    let first = stolen(&client);
    // Below the threshold no page sets a cookie.
    deployment.clock.advance(MINUTE / 2);
    assert!(client.get("/").await.set_cookies().is_empty());
    for _ in 0..4 {
        deployment.clock.advance(20 * MINUTE);
        let page = client.get("/").await;
        assert!(page.text().contains("apple") && page.set_cookies().len() == 1);
    }
    let copy = thief(&client, &first);
    assert_eq!(copy.get("/").await.text(), NOBODY, "the deadlines are inside");
    assert!(copy.get("/").await.set_cookies().is_empty(), "and nobody's cookie is cleared");
    deployment.clock.advance(30 * MINUTE);
    assert_eq!(client.get("/").await.text(), NOBODY);
}

#[tokio::test]
async fn the_absolute_deadline_ends_a_session_however_much_it_is_used() {
    let deployment = Deployment::new();
    let client = deployment.browser();
    client.post("/add", &[("sku", "apple")]).await;
    for _ in 0..35 {
        deployment.clock.advance(20 * MINUTE);
        client.post("/count", &[]).await;
    }
    assert!(client.get("/").await.text().contains("apple"));
    deployment.clock.advance(20 * MINUTE);
    assert_eq!(client.get("/").await.text(), NOBODY);
}

#[tokio::test]
async fn nothing_of_a_session_can_be_read_or_changed_in_its_cookie() {
    let client = Deployment::new().browser();
    client.post("/add", &[("sku", "apple")]).await;
    let value = client.jar().get(NAME).expect("a cookie").to_owned();
    assert!(!value.contains("apple"));
    for at in 0..value.len() {
        let mut forged = value.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("base64url");
        let page = seen_with(&client, &format!("{NAME}={forged}")).await;
        assert_eq!(page.text(), NOBODY, "character {at}");
        assert!(page.set_cookies().is_empty());
    }
    let page = seen_with(&client, &format!("{NAME}={value}")).await;
    assert!(page.text().contains("apple"));
}

#[tokio::test]
async fn junk_beside_the_session_is_passed_over() {
    let client = Deployment::new().browser();
    client.post("/add", &[("sku", "apple")]).await;
    let value = client.jar().get(NAME).expect("a cookie").to_owned();
    for junk in ["", "AAAA", "not base64!", "2.AAAA", "=", "\"\""] {
        for header in [format!("{NAME}={junk}; {NAME}={value}"), format!("{NAME}={value}; {NAME}={junk}")] {
            assert!(seen_with(&client, &header).await.text().contains("apple"), "{junk:?}");
        }
        assert_eq!(seen_with(&client, &format!("{NAME}={junk}")).await.text(), NOBODY, "{junk:?}");
    }
}

#[tokio::test]
async fn a_hundred_kilobytes_of_cookies_open_nothing_and_lose_nothing() {
    let client = Deployment::new().browser_with(|config| config.cookie_chunks(4));
    client.post("/add", &[("sku", "apple")]).await;
    let own = format!("{NAME}={}", client.jar().get(NAME).expect("a cookie"));
    let many = |cookie: &dyn Fn(usize) -> String| (0..5_000).map(cookie).collect::<Vec<_>>().join("; ");
    for (junk, is_found) in [
        (format!("other={}", "x".repeat(100_000)), true),
        (format!("{NAME}={}", "A".repeat(100_000)), true),
        (format!("{NAME}.1={}", "A".repeat(100_000)), true),
        (many(&|number| format!("{NAME}-{number}=AAAA")), true),
        (many(&|_| own.clone()), true),
        // More texts than anybody could have been given are not tried.
        (many(&|number| format!("{NAME}=4.A{number}")), false),
        (many(&|number| format!("{NAME}.{}=A{number}", 1 + number % 3)), false),
        (many(&|number| format!("{NAME}=A{number}")), false),
    ] {
        let what = junk.chars().take(40).collect::<String>();
        let found = |page: &TestResponse| page.text().contains("apple");
        for header in [format!("{junk}; {own}"), format!("{own}; {junk}")] {
            let page = seen_with(&client, &header).await;
            assert_eq!((found(&page), page.set_cookies().len()), (is_found, 0), "{what}");
        }
    }
    assert!(seen_with(&client, &own).await.text().contains("apple"), "nothing was lost");
}

#[tokio::test]
async fn two_live_sessions_of_different_principals_are_no_session() {
    let deployment = Deployment::new();
    let (one, other) = (deployment.browser(), deployment.browser());
    one.post("/sign-in", &[("user", "1")]).await;
    other.post("/sign-in", &[("user", "2")]).await;
    let values = [&one, &other].map(|client| client.jar().get(NAME).expect("a cookie").to_owned());
    let header = format!("{NAME}={}; {NAME}={}", values[0], values[1]);
    assert_eq!(seen_with(&one, &header).await.text(), NOBODY);
}

#[tokio::test]
async fn what_a_principal_leaves_behind_is_a_session_of_its_own() {
    let client = Deployment::new().browser();
    client.post("/sign-in", &[("user", "1")]).await;
    client.post("/add", &[("sku", "apple")]).await;
    client.post("/sign-in", &[("user", "2")]).await;
    assert!(client.get("/").await.text().starts_with("Some(2) \"\" [] 0"));
}

#[tokio::test]
async fn a_response_that_failed_commits_nothing() {
    async fn fails(session: Session<Shop>) -> StatusCode {
        session.set_views(7);
        StatusCode::INTERNAL_SERVER_ERROR
    }
    let deployment = Deployment::new();
    let runtime = deployment.runtime(deployment.store().build(), |config| config);
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&runtime));
    let client: Client =
        TestClient::new(shop(runtime).merge(Router::new().route("/fails", get(fails)).layer(layer)));
    client.post("/add", &[("sku", "apple")]).await;
    let before = stolen(&client);
    assert!(client.get("/fails").await.set_cookies().is_empty());
    assert_eq!(stolen(&client), before);
}

#[tokio::test]
async fn a_message_cannot_be_claimed_where_the_client_holds_the_session() {
    async fn claim(session: Session<Shop>) -> String {
        format!("{:?}", session.notice().claim().await.map_err(|error| error.kind().clone()))
    }
    let deployment = Deployment::new();
    let runtime = deployment.runtime(deployment.store().build(), |config| config);
    let layer = SessionLayer::<Shop>::from_runtime(Arc::clone(&runtime));
    let client: Client =
        TestClient::new(shop(runtime).merge(Router::new().route("/claim", get(claim)).layer(layer)));
    client.post("/sign-in", &[("user", "1")]).await;
    assert!(client.get("/claim").await.text().contains("Unsupported"));
    assert!(client.get("/").await.text().ends_with("Some(\"Hello\")"), "it is still there to be taken");
}

#[tokio::test]
async fn two_layers_with_cookies_that_could_be_taken_for_each_other_are_refused() {
    let deployment = Deployment::new();
    let inner = deployment.runtime(deployment.store().build(), |config| config);
    let outer =
        deployment.runtime(deployment.store().build(), |config| config.cookie_name("__Host-session.1"));
    let router = shop(inner).layer(SessionLayer::<Other>::from_runtime(outer));
    let client: Client = TestClient::new(router);
    assert_eq!(client.get("/").await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[derive(session::SessionData, Clone)]
struct Other {
    notes: u32,
}

#[tokio::test]
async fn a_store_chosen_by_its_address_takes_the_keys_of_the_configuration() {
    let store: DynStore = session_stores::connect("cookie:").expect("a known address");
    let keys = KeyRing::new(&Key::generate().expect("random bytes"));
    let config = SessionConfig::builder().keys(keys).build().expect("a valid configuration");
    let runtime = Runtime::build(store, config).expect("they fit");
    assert!(runtime.store().capabilities().client_side);
    let client: Client = TestClient::new(shop(runtime));
    client.post("/add", &[("sku", "apple")]).await;
    assert!(client.get("/").await.text().contains("apple"));
}
