//! A session in requests: its cookie, what is shown once, and what is mounted.

use session_tests::World;

use super::{Adapter, Layers, Site, send, signed_in};
use crate::adapters::{get, post};

async fn a_request_that_does_not_ask_for_its_session_costs_nothing<A: Adapter>() {
    let (world, site, cookie) = signed_in::<A>().await;
    for request in [get("/still"), get("/still").header("cookie", &cookie), get("/nowhere")] {
        let seen = send::<A>(&site, request).await;
        for name in ["set-cookie", "cache-control", "vary"] {
            assert!(seen.all(name).is_empty(), "{name}");
        }
    }
    assert_eq!(world.calls().total(), 0);
}

async fn a_session_travels_in_its_cookie<A: Adapter>() {
    let world = World::new();
    let site = Site::of(&world);
    let anonymous = send::<A>(&site, get("/view")).await;
    assert_eq!(anonymous.body, "None 0");
    assert!(anonymous.all("set-cookie").is_empty());
    assert_eq!((anonymous.all("cache-control"), anonymous.all("vary")), (vec!["private"], vec!["Cookie"]));

    let signed_in = send::<A>(&site, post("/sign-in")).await;
    assert_eq!(signed_in.all("cache-control"), ["no-store"]);
    let [set] = signed_in.all("set-cookie")[..] else { panic!("one cookie") };
    for attribute in ["__Host-session=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(attribute), "{attribute} in {set}");
    }
    let cookie = signed_in.cookie();
    world.calls();
    let split = get("/view").header("cookie", "theme=dark").header("cookie", format!("a=b; {cookie}"));
    assert_eq!(send::<A>(&site, split).await.body, "Some(42) 0");
    assert_eq!((world.calls().load, world.calls().total()), (1, 0), "loaded once per request");

    let signed_out = send::<A>(&site, post("/sign-out").header("cookie", &cookie)).await;
    let [removed] = signed_out.all("set-cookie")[..] else { panic!("one cookie") };
    assert!(removed.starts_with("__Host-session=;") && removed.contains("; Max-Age=0"), "{removed}");
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "None 0");
}

async fn a_message_is_shown_once_and_not_to_who_sees_nothing<A: Adapter>() {
    let (_world, site, cookie) = signed_in::<A>().await;
    send::<A>(&site, post("/notify").header("cookie", &cookie)).await;
    let head = http::Request::head("/notice").header("cookie", &cookie);
    let prefetch = get("/notice").header("cookie", &cookie).header("sec-purpose", "prefetch");
    for request in [head, prefetch] {
        assert_eq!(send::<A>(&site, request).await.status(), 200);
    }
    for expected in ["Some(\"saved\")", "None"] {
        let seen = send::<A>(&site, get("/notice").header("cookie", &cookie)).await;
        assert_eq!(seen.body, expected);
    }
}

async fn an_authenticated_session_needs_somebody_signed_in<A: Adapter>() {
    let (_world, site, cookie) = signed_in::<A>().await;
    let anonymous = send::<A>(&site, post("/count")).await.cookie();
    for request in [get("/account"), get("/account").header("cookie", &anonymous)] {
        let seen = send::<A>(&site, request).await;
        assert_eq!((seen.status(), seen.body.as_str()), (401, "{\"error\":\"unauthenticated\"}"));
        assert_eq!(seen.all("content-type"), ["application/json"]);
        assert_eq!(seen.all("vary"), ["Cookie"], "what a rejection says depends on the session, too");
    }
    assert_eq!(send::<A>(&site, get("/account").header("cookie", cookie)).await.body, "Some(42)");
    assert_eq!(send::<A>(&site, get("/stored")).await.body, "None");
    assert_eq!(send::<A>(&site, get("/stored").header("cookie", anonymous)).await.body, "Some(1)");
}

async fn a_missing_layer_is_an_error_and_never_an_empty_session<A: Adapter>() {
    let mut site = Site::of(&World::new());
    site.layers = Layers::None;
    for path in ["/view", "/stored", "/account"] {
        let seen = send::<A>(&site, get(path)).await;
        assert_eq!(seen.status(), 500, "{path}");
        assert!(!seen.body.contains("mounted"), "the cure is for the log: {}", seen.body);
    }
}

async fn two_layers_with_one_cookie_are_an_error_and_with_two_they_are_two_sessions<A: Adapter>() {
    let mut site = Site::of(&World::new());
    site.layers = Layers::Clashing;
    assert_eq!(send::<A>(&site, get("/still")).await.status(), 500);
    site.layers = Layers::Two;
    let seen = send::<A>(&site, post("/two")).await;
    let lines = seen.all("set-cookie");
    let names: Vec<_> = lines.iter().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert_eq!(names, ["__Host-session", "__Host-admin"]);
    assert_eq!(seen.all("vary"), ["Cookie"]);
}

on_both! {
    a_request_that_does_not_ask_for_its_session_costs_nothing,
    a_session_travels_in_its_cookie,
    a_message_is_shown_once_and_not_to_who_sees_nothing,
    an_authenticated_session_needs_somebody_signed_in,
    a_missing_layer_is_an_error_and_never_an_empty_session,
    two_layers_with_one_cookie_are_an_error_and_with_two_they_are_two_sessions,
}
