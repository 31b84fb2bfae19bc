//! The cookie on the wire: what is set, and what is found among whatever a client sends.

use axum::{Router, routing};
use session::Session;
use session_tests::{Shop, World};

use super::{get, layer, post, send, sign_in};

fn app(world: &World) -> Router {
    let who = async |session: Session<Shop>| format!("{:?}", session.user_id());
    let sign_out = async |session: Session<Shop>| session.sign_out().await.expect("the store is there");
    Router::new()
        .route("/", routing::get(who))
        .route("/sign-in", routing::post(sign_in))
        .route("/sign-out", routing::post(sign_out))
        .layer(layer(world))
}

#[tokio::test]
async fn the_cookie_is_secure_without_a_call_and_removed_as_it_was_set() {
    let app = app(&World::new());
    let signed_in = send(&app, post("/sign-in")).await;
    let [set] = signed_in.all("set-cookie")[..] else { panic!("one cookie") };
    for attribute in ["__Host-session=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(attribute), "{attribute} in {set}");
    }
    assert!(
        !set.contains("Domain") && !set.contains("Max-Age"),
        "of this host and this browser session: {set}"
    );

    let cookie = signed_in.cookie();
    let signed_out = send(&app, post("/sign-out").header("cookie", &cookie)).await;
    let [removed] = signed_out.all("set-cookie")[..] else { panic!("one cookie") };
    for attribute in ["__Host-session=;", "; Path=/", "; Secure", "; Max-Age=0"] {
        assert!(removed.contains(attribute), "{attribute} in {removed}");
    }
    assert_eq!(send(&app, get("/").header("cookie", &cookie)).await.body, "None");
}

#[tokio::test]
async fn the_session_is_found_among_junk() {
    let app = app(&World::new());
    let cookie = send(&app, post("/sign-in")).await.cookie();
    let crowded = format!("a=b; ;;=; __Host-session=junk; __host-session=x; {cookie}; c");
    assert_eq!(send(&app, get("/").header("cookie", crowded)).await.body, "Some(42)");
}

#[tokio::test]
async fn two_live_sessions_of_different_principals_in_one_request_are_none() {
    let world = World::new();
    let app = app(&world);
    let mut cookies = Vec::new();
    for user in [1, 2] {
        let mut browser = world.browser();
        browser.visit(session_tests::POST, async |session| session.sign_in(user)).await;
        cookies.push(format!("__Host-session={}", browser.cookie.unwrap()));
    }
    let seen = send(&app, get("/").header("cookie", cookies.join("; "))).await;
    assert_eq!((seen.body.as_str(), seen.all("set-cookie").len()), ("None", 0));
    let twice = format!("{0}; {0}", cookies[0]);
    assert_eq!(send(&app, get("/").header("cookie", twice)).await.body, "Some(1)");
}
