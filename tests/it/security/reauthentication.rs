//! A session that comes from elsewhere is withheld until its principal signs in again.

use axum::{Router, routing};
use http::request::Builder;
use session::config::OnMismatch;
use session::event::SessionEvent;
use session::{Session, SessionLayer};
use session_tests::{Shop, World};

use super::binding::by_ip;
use super::{ConnectInfo, Told, config, from, get, post, shop, with};
use crate::adapters::{Seen, send};

const HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.1";

/// A shop, and the cookie of somebody who signed in at home and has seen three pages.
async fn at_home(world: &World) -> (Router, String, Told) {
    let (told, policy) = (Told::default(), by_ip(OnMismatch::Reauthenticate));
    let app = shop(world, config(world, |config| config.binding(policy).events(told.clone())));
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    for _ in 0..3 {
        send(&app, from(with(get("/views"), &cookie), HOME)).await;
    }
    world.calls();
    (app, cookie, told)
}

async fn page(app: &Router, peer: &str, cookie: &str) -> String {
    send(app, from(with(get("/"), cookie), peer)).await.body
}

async fn elsewhere(app: &Router, request: Builder, cookie: &str) -> Seen {
    send(app, from(with(request, cookie), ELSEWHERE)).await
}

#[tokio::test]
async fn its_principal_gets_everything_back_by_signing_in() {
    let world = World::new();
    let (app, cookie, _) = at_home(&world).await;
    assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
    world.calls();
    let again = elsewhere(&app, post("/sign-in"), &cookie).await.cookie();
    assert_eq!((world.calls().commit, world.calls().delete), (1, 0), "one write: the same record");
    assert_eq!(page(&app, ELSEWHERE, &again).await, "Some(42) 3");
    assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0", "the id from before is dead");
    assert_eq!(page(&app, HOME, &cookie).await, "None 0");
    assert_eq!(page(&app, HOME, &again).await, "None 0", "it is bound to where the login was");
    assert_eq!(page(&app, ELSEWHERE, &again).await, "Some(42) 3");
}

#[tokio::test]
async fn somebody_else_who_signs_in_gets_nothing_of_it_and_ends_it() {
    let world = World::new();
    let (app, cookie, _) = at_home(&world).await;
    let other = elsewhere(&app, post("/sign-in/other"), &cookie).await.cookie();
    assert_eq!(page(&app, ELSEWHERE, &other).await, "Some(7) 0");
    assert_eq!(page(&app, HOME, &cookie).await, "None 0");
}

#[tokio::test]
async fn nothing_is_stored_before_the_login_and_the_session_stays() {
    let world = World::new();
    let (app, cookie, told) = at_home(&world).await;
    let counted = elsewhere(&app, get("/views"), &cookie).await;
    assert_eq!(
        (counted.status(), counted.all("set-cookie").len()),
        (200, 0),
        "a page view is no reason to fail"
    );
    assert_eq!(told.count(|event| matches!(event, SessionEvent::WithheldWrite { what: "ip" })), 1);
    let refused = elsewhere(&app, post("/"), &cookie).await;
    assert_eq!(
        (refused.status(), refused.all("set-cookie").len()),
        (401, 0),
        "what was asked for did not happen"
    );
    assert_eq!(world.calls().commit, 0);
    assert_eq!(page(&app, HOME, &cookie).await, "Some(42) 3");
}

#[tokio::test]
async fn a_withheld_session_can_be_ended() {
    let world = World::new();
    let (app, cookie, _) = at_home(&world).await;
    let out = elsewhere(&app, post("/sign-out"), &cookie).await;
    assert!(out.all("set-cookie")[0].contains("Max-Age=0"));
    assert_eq!(page(&app, HOME, &cookie).await, "None 0", "logout always wins");
}

#[tokio::test]
async fn a_session_of_nobody_is_refused() {
    let world = World::new();
    let app = shop(&world, config(&world, |config| config.binding(by_ip(OnMismatch::Reauthenticate))));
    let cookie = send(&app, from(post("/"), HOME)).await.cookie();
    let signed_in = elsewhere(&app, post("/sign-in"), &cookie).await.cookie();
    assert_eq!(page(&app, ELSEWHERE, &signed_in).await, "Some(42) 0", "nobody's cart is nobody's to claim");
    assert_eq!(page(&app, HOME, &cookie).await, "None 1");
}

/// However the identity is set.
#[tokio::test]
async fn a_closure_that_signs_in_is_a_sign_in() {
    let world = World::new();
    for (user, expected) in [(42, "Some(42) 4"), (7, "Some(7) 1")] {
        let (_, cookie, _) = at_home(&world).await;
        let config = config(&world, |config| config.binding(by_ip(OnMismatch::Reauthenticate)));
        let layer = SessionLayer::<Shop>::with_config(world.store.clone(), config);
        let sign_in = async move |session: Session<Shop>| {
            session.update_views(|views| *views += 1);
            session.update(|shop| shop.user_id = Some(user));
            format!("{:?} {}", session.user_id(), session.views())
        };
        let peer = layer.peer(|request| request.get::<ConnectInfo>().map(|info| info.0));
        let app = Router::new().route("/", routing::post(sign_in)).layer(peer);
        let seen = elsewhere(&app, post("/"), &cookie).await;
        assert_eq!(seen.body, expected, "what the request had set before is merged in, or is all there is");
        let (app, _, _) = at_home(&world).await;
        assert_eq!(page(&app, ELSEWHERE, &seen.cookie()).await, expected);
        assert_eq!(page(&app, HOME, &cookie).await, "None 0");
    }
}
