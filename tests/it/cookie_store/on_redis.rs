//! Nodes that have nothing in common but keys, and a Redis server with their marks.

use std::time::Duration;

use session::record::Principal;
use session_stores::RedisStore;
use session_tests::redis_subject::application;
use session_tests::servers::{Server, cluster, free_port, single};

use super::*;

/// A node that has just started: its store, and a browser in front of it.
fn node(deployment: &Deployment, address: &str, application: &str) -> (CookieStore, Client) {
    let patience = Duration::from_secs(20);
    let marks = RedisStore::builder(address)
        .application(application)
        .connect_timeout(patience)
        .response_timeout(patience)
        .operation_timeout(patience)
        .server_clock(Arc::clone(&deployment.clock))
        .build()
        .expect("a valid store");
    let store = deployment.store().revocation(marks).revocation_lag(Duration::ZERO).build();
    let client = TestClient::new(shop(deployment.runtime(store.clone(), |config| config)));
    (store, client)
}

fn is_in(page: &TestResponse) -> bool {
    assert_eq!(page.status, StatusCode::OK);
    page.text().starts_with("Some(")
}

#[tokio::test]
async fn what_one_node_ended_is_refused_by_one_that_has_just_started() {
    for address in [single().address(), cluster().address()] {
        let (deployment, application) = (Deployment::new(), application());
        let start = || node(&deployment, &address, &application);
        let (_, client) = start();
        client.post("/sign-in", &[("user", "1")]).await;
        let signed_in = stolen(&client);
        assert!(is_in(&thief(&start().1, &signed_in).get("/").await));
        // Less than it was.
        client.post("/role", &[("role", "admin")]).await;
        let admin = stolen(&client);
        client.post("/role", &[("role", "user")]).await;
        assert!(!is_in(&thief(&start().1, &admin).get("/").await));
        assert!(is_in(&client.get("/").await));
        // Nobody any more.
        let user = stolen(&client);
        assert_eq!(client.post("/sign-out", &[]).await.status, StatusCode::NO_CONTENT);
        for copy in [&signed_in, &admin, &user] {
            assert!(!is_in(&thief(&start().1, copy).get("/").await));
        }
    }
}

#[tokio::test]
async fn log_out_everywhere_is_for_every_node() {
    for address in [single().address(), cluster().address()] {
        let (deployment, application) = (Deployment::new(), application());
        let start = || node(&deployment, &address, &application);
        let devices = [start().1, start().1, start().1];
        for (device, user) in devices.iter().zip(["1", "1", "2"]) {
            device.post("/sign-in", &[("user", user)]).await;
        }
        start()
            .0
            .revoke_all(&Principal::of(&Some(1_i64)).expect("a number"))
            .await
            .expect("the server is up");
        assert!(!is_in(&devices[0].get("/").await));
        assert!(!is_in(&devices[1].get("/").await));
        assert!(is_in(&devices[2].get("/").await), "somebody else's");
        // At the same moment, by a clock that stands still: it counts as later.
        devices[0].post("/sign-in", &[("user", "1")]).await;
        assert!(is_in(&devices[0].get("/").await));
    }
}

#[tokio::test]
async fn an_address_says_where_the_marks_are() {
    let deployment = Deployment::new();
    let client = |address: &str| -> Client {
        let store = session_stores::connect(address).expect("a valid address");
        let config = SessionConfig::builder().keys(deployment.keys.clone()).build();
        TestClient::new(shop(Runtime::from_dyn(store, config.expect("a valid configuration"))))
    };
    // A server that is not there is asked by whoever signs in, and by nobody else.
    for (address, signed_in) in [
        ("cookie:".to_owned(), StatusCode::SEE_OTHER),
        (format!("cookie+redis://127.0.0.1:{}", free_port()), StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let client = client(&address);
        client.post("/add", &[("sku", "apple")]).await;
        assert!(client.get("/").await.text().contains("apple"), "{address}");
        assert_eq!(client.post("/sign-in", &[("user", "1")]).await.status, signed_in, "{address}");
    }
    let error = session_stores::connect("cookie+memory:").expect_err("no server");
    assert!(matches!(error.kind(), session::ErrorKind::Config(_)), "{error}");
}

#[tokio::test]
async fn without_the_server_nobody_is_taken_for_signed_out_or_in() {
    let server = Server::start(&[["save", ""], ["appendonly", "yes"]]);
    let (deployment, application) = (Deployment::new(), application());
    let (_, client) = node(&deployment, &server.address(), &application);
    let anonymous = client.device();
    anonymous.post("/add", &[("sku", "apple")]).await;
    client.post("/sign-in", &[("user", "1")]).await;
    let copy = stolen(&client);
    client.post("/sign-out", &[]).await;
    client.post("/sign-in", &[("user", "1")]).await;
    server.kill();
    for cookies in [&copy, &stolen(&client)] {
        let page = thief(&client, cookies).get("/").await;
        assert_eq!((page.status, page.set_cookies().len()), (StatusCode::SERVICE_UNAVAILABLE, 0));
    }
    assert!(anonymous.get("/").await.text().contains("apple"), "nobody's session needs no marks");
    server.start_again();
    let (_, fresh) = node(&deployment, &server.address(), &application);
    assert!(is_in(&thief(&fresh, &stolen(&client)).get("/").await));
    assert!(!is_in(&thief(&fresh, &copy).get("/").await), "the mark is still there");
}
