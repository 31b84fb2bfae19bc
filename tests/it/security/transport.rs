//! A cookie for TLS alone is neither given nor taken over plain HTTP, where that is known.

use session::SessionConfig;
use session::config::ForwardingHeader;
use session::event::SessionEvent;
use session_tests::World;

use super::{Told, config, from, get, post, shop, with};
use crate::adapters::send;

#[tokio::test]
async fn no_session_is_issued_over_plain_http() {
    let world = World::new();
    let told = Told::default();
    let app = shop(&world, config(&world, |config| config.events(told.clone())));
    let seen = send(&app, post("http://shop.example/sign-in")).await;
    assert_eq!((seen.status(), seen.all("set-cookie").len()), (403, 0));
    assert_eq!(world.calls().total(), 0, "nothing is stored that nobody has a cookie for");
    assert_eq!(told.count(|event| *event == SessionEvent::PlainHttp { has_cookie: false }), 1);

    for known_or_not in ["https://shop.example/sign-in", "/sign-in"] {
        assert_eq!(send(&app, post(known_or_not)).await.all("set-cookie").len(), 1, "{known_or_not}");
    }
}

#[tokio::test]
async fn no_session_is_accepted_over_plain_http_and_no_store_is_asked() {
    let world = World::new();
    let app = shop(&world, config(&world, |config| config));
    let cookie = send(&app, post("/sign-in")).await.cookie();
    world.calls();
    let seen = send(&app, with(get("http://shop.example/"), &cookie)).await;
    assert_eq!((seen.status(), seen.body.as_str()), (200, "None 0"), "a page without a session is a page");
    assert!(seen.all("set-cookie").is_empty());
    assert_eq!(world.calls().total(), 0);
    assert_eq!(send(&app, with(get("https://shop.example/"), &cookie)).await.body, "Some(42) 0");
}

#[tokio::test]
async fn plain_http_is_for_development() {
    let world = World::new();
    let app = shop(&world, SessionConfig::development());
    let cookie = send(&app, post("http://localhost:3000/sign-in")).await.cookie();
    assert_eq!(send(&app, with(get("http://localhost:3000/"), &cookie)).await.body, "Some(42) 0");
}

#[tokio::test]
async fn a_trusted_proxys_word_on_the_scheme_counts_and_nobody_elses() {
    let world = World::new();
    let app = shop(&world, config(&world, |config| config.trusted_proxies(["10.0.0.0/8"])));
    let asked = async |peer, target, proto: Option<&str>| {
        let mut request = from(post(target), peer).header("x-forwarded-for", "192.0.2.1");
        if let Some(proto) = proto {
            request = request.header("x-forwarded-proto", proto);
        }
        send(&app, request).await.status()
    };
    let plain = "http://shop.example/sign-in";
    assert_eq!(asked("10.0.0.1", plain, Some("https")).await, 200, "TLS ends at the proxy");
    assert_eq!(asked("10.0.0.1", "/sign-in", Some("http")).await, 403);
    assert_eq!(asked("10.0.0.1", plain, None).await, 200, "nobody knows");
    assert_eq!(asked("192.0.2.66", plain, Some("https")).await, 403, "anybody can write that");
    assert_eq!(asked("192.0.2.66", "/sign-in", Some("http")).await, 200, "nor is the opposite believed");

    let rfc = config(&world, |config| {
        config.trusted_proxies(["10.0.0.0/8"]).forwarding_header(ForwardingHeader::Forwarded)
    });
    let app = shop(&world, rfc);
    for (proto, status) in [("https", 200), ("http", 403)] {
        let request =
            from(post(plain), "10.0.0.1").header("forwarded", format!("for=192.0.2.1;proto={proto}"));
        assert_eq!(send(&app, request).await.status(), status, "{proto}");
    }
}
