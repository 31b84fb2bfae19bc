//! Who passes the guards: nobody by another spelling of a path, nobody in an outage, and no other site.

use session::crypto::{Key, KeyRing};
use session::{CsrfGuard, RequireAuth};
use session_tests::World;

use super::{Adapter, PAGE, Site, send, signed_in};
use crate::adapters::{get, post};

async fn the_guard_sends_people_to_sign_in_and_back<A: Adapter>() {
    let (_world, mut site, cookie) = signed_in::<A>().await;
    site.require_auth = Some(RequireAuth::new().sign_in_path("/sign-in").exempt("/still"));
    let seen = send::<A>(&site, get("/view?page=2&x=/still").header("accept", PAGE)).await;
    assert_eq!(seen.status(), 303);
    assert_eq!(seen.all("location"), ["/sign-in?next=/view%3Fpage%3D2%26x%3D/still"]);
    assert_eq!((seen.all("cache-control"), seen.all("vary")), (vec!["no-store"], vec!["Cookie"]));
    let head = http::Request::head("/view").header("accept", PAGE);
    assert_eq!(send::<A>(&site, head).await.status(), 303);
    for request in [get("/view"), post("/view").header("accept", PAGE)] {
        let seen = send::<A>(&site, request).await;
        assert_eq!((seen.status(), seen.body.as_str()), (401, "{\"error\":\"unauthenticated\"}"));
    }
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "Some(42) 0");
}

async fn an_exempt_path_does_not_look_at_the_session<A: Adapter>() {
    let (world, mut site, cookie) = signed_in::<A>().await;
    site.require_auth = Some(RequireAuth::new().exempt("/still").exempt_prefix("/public/"));
    world.faults.cut(true);
    for path in ["/still", "/public/a.css"] {
        let seen = send::<A>(&site, get(path).header("cookie", &cookie)).await;
        assert_eq!((seen.status(), seen.body.as_str()), (200, "still"), "{path}");
        assert!(seen.all("vary").is_empty(), "{path}");
    }
    assert_eq!(world.calls().total(), 0);
}

async fn no_spelling_of_a_path_gets_around_the_guard<A: Adapter>() {
    let (_world, mut site, _) = signed_in::<A>().await;
    site.require_auth = Some(RequireAuth::new().exempt("/still").exempt_prefix("/public/"));
    for path in [
        "/public/../view",
        "/public/%2e%2e/view",
        "/public/..%2fview",
        "/public//view",
        "/public/%252e%252e/view",
        "//public/a",
        "/PUBLIC/a",
        "/%73till",
        "//still",
        "/view?/public/",
        "/view?next=/public/a",
        "http://example.org/view",
    ] {
        assert_eq!(send::<A>(&site, get(path)).await.status(), 401, "{path}");
    }
}

async fn nobody_passes_while_the_store_cannot_be_asked<A: Adapter>() {
    let (world, mut site, cookie) = signed_in::<A>().await;
    site.require_auth = Some(RequireAuth::new().sign_in_path("/sign-in"));
    world.faults.cut(true);
    for path in ["/still", "/view"] {
        let seen = send::<A>(&site, get(path).header("accept", PAGE).header("cookie", &cookie)).await;
        assert_eq!((seen.status(), seen.all("retry-after")), (503, vec!["1"]), "{path}");
        assert!(seen.all("set-cookie").is_empty() && seen.all("location").is_empty(), "{path}");
    }
}

async fn a_forged_request_is_refused_and_a_form_arrives_whole<A: Adapter>() {
    let key = Key::from_bytes(ring::digest::digest(&ring::digest::SHA256, b"a key").as_ref());
    let world = World::with(|config| config.keys(KeyRing::new(&key.expect("a key"))));
    let mut site = Site::of(&world);
    site.csrf = Some(CsrfGuard::new());
    let cookie = send::<A>(&site, post("/sign-in")).await.cookie();
    world.calls();
    let foreign = post("/count").header("cookie", &cookie).header("sec-fetch-site", "cross-site");
    assert_eq!(send::<A>(&site, foreign).await.status(), 403);
    assert_eq!(world.calls().total(), 0);
    assert_eq!(send::<A>(&site, post("/count").header("cookie", &cookie)).await.status(), 403);

    let token = send::<A>(&site, get("/token").header("cookie", &cookie)).await.body;
    let with_header = post("/count").header("cookie", &cookie).header("x-csrf-token", &token);
    assert_eq!(send::<A>(&site, with_header).await.status(), 200);
    let form: &'static str = Box::leak(format!("a=1&csrf_token={token}").into_boxed_str());
    let form_type = "application/x-www-form-urlencoded";
    let posted = post("/echo").header("cookie", &cookie).header("content-type", form_type);
    let seen = A::send(&site, posted, form).await;
    assert_eq!((seen.status(), seen.body.as_str()), (200, form));
}

on_both! {
    the_guard_sends_people_to_sign_in_and_back,
    an_exempt_path_does_not_look_at_the_session,
    no_spelling_of_a_path_gets_around_the_guard,
    nobody_passes_while_the_store_cannot_be_asked,
    a_forged_request_is_refused_and_a_form_arrives_whole,
}
