//! A session that is bound to its client is of no use elsewhere.

use axum::Router;
use session::config::{BindingPolicy, ForwardingHeader, IpPrefix, OnMismatch};
use session::crypto::SharedKeyRing;
use session::event::{RevokedBy, SessionEvent};
use session_tests::World;

use super::{Told, config, from, get, post, ring, shop, with};
use crate::adapters::send;

const HOME: &str = "192.0.2.1";
const NEIGHBOUR: &str = "192.0.2.200";
const ELSEWHERE: &str = "198.51.100.1";

pub(super) fn by_ip(mismatch: OnMismatch) -> BindingPolicy {
    BindingPolicy { ip: Some(IpPrefix::default()), mismatch, ..BindingPolicy::default() }
}

fn bound(world: &World, mismatch: OnMismatch) -> Router {
    shop(world, config(world, |config| config.binding(by_ip(mismatch))))
}

async fn page(app: &Router, peer: &str, cookie: &str) -> String {
    send(app, from(with(get("/"), cookie), peer)).await.body
}

#[tokio::test]
async fn a_session_is_refused_elsewhere_and_goes_on_at_home() {
    let world = World::new();
    let told = Told::default();
    let policy = by_ip(OnMismatch::Refuse);
    let app = shop(&world, config(&world, |config| config.binding(policy).events(told.clone())));
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    assert_eq!(page(&app, NEIGHBOUR, &cookie).await, "Some(42) 0");

    let seen = send(&app, from(with(get("/"), &cookie), ELSEWHERE)).await;
    assert_eq!(seen.body, "None 0");
    assert!(seen.all("set-cookie").is_empty(), "whose cookie it is, is not for a stranger to decide");
    assert_eq!(told.count(|event| matches!(event, SessionEvent::BindingMismatch { what: "ip", .. })), 1);
    assert_eq!(page(&app, "2001:db8::1", &cookie).await, "None 0");
    assert_eq!(
        page(&app, "::ffff:192.0.2.9", &cookie).await,
        "Some(42) 0",
        "an IPv4 client of an IPv6 socket"
    );
    assert_eq!(page(&app, HOME, &cookie).await, "Some(42) 0");
}

#[tokio::test]
async fn a_session_that_is_used_elsewhere_is_revoked_where_the_app_says_so() {
    let world = World::new();
    let told = Told::default();
    let policy = by_ip(OnMismatch::Revoke);
    let app = shop(&world, config(&world, |config| config.binding(policy).events(told.clone())));
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
    assert_eq!(page(&app, HOME, &cookie).await, "None 0");
    let is_revoked = |event: &_| matches!(event, SessionEvent::Revoked { by: RevokedBy::Binding, .. });
    assert_eq!(told.count(is_revoked), 1);
}

#[tokio::test]
async fn reporting_changes_nothing_but_the_log() {
    let world = World::new();
    let told = Told::default();
    let policy = by_ip(OnMismatch::Report);
    let app = shop(&world, config(&world, |config| config.binding(policy).events(told.clone())));
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    let mismatches = || told.count(|event| matches!(event, SessionEvent::BindingMismatch { .. }));
    assert_eq!((page(&app, HOME, &cookie).await.as_str(), mismatches()), ("Some(42) 0", 0));
    assert_eq!((page(&app, ELSEWHERE, &cookie).await.as_str(), mismatches()), ("Some(42) 0", 1));
}

#[tokio::test]
async fn a_session_is_bound_when_it_is_created_and_again_when_somebody_signs_in() {
    let world = World::new();
    let (strict, lax) = (bound(&world, OnMismatch::Refuse), bound(&world, OnMismatch::Report));
    let anonymous = send(&strict, from(post("/"), HOME)).await.cookie();
    assert_eq!(page(&strict, ELSEWHERE, &anonymous).await, "None 0");
    assert_eq!(page(&strict, HOME, &anonymous).await, "None 1");

    send(&lax, from(with(get("/views"), &anonymous), ELSEWHERE)).await;
    assert_eq!(page(&strict, ELSEWHERE, &anonymous).await, "None 0", "an ordinary write binds nobody");
    let signed_in = send(&lax, from(with(post("/sign-in"), &anonymous), ELSEWHERE)).await.cookie();
    assert_eq!(page(&strict, ELSEWHERE, &signed_in).await, "Some(42) 2");
    assert_eq!(page(&strict, HOME, &signed_in).await, "None 0");
}

#[tokio::test]
async fn a_client_without_an_address_is_an_error_of_the_configuration_and_no_pass() {
    let world = World::new();
    let app = bound(&world, OnMismatch::Report);
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    world.calls();
    for request in [get("/"), with(get("/"), &cookie), post("/sign-in")] {
        let seen = send(&app, request).await;
        assert_eq!((seen.status(), seen.all("set-cookie").len()), (500, 0));
    }
    assert_eq!(world.calls().total(), 0);

    // Nor is a proxy taken for its clients.
    let policy = by_ip(OnMismatch::Refuse);
    let proxied = config(&world, |config| config.binding(policy).trusted_proxies(["10.0.0.0/8"]));
    let seen = send(&shop(&world, proxied), from(post("/sign-in"), "10.0.0.1")).await;
    assert_eq!(seen.status(), 500);
}

#[tokio::test]
async fn behind_a_trusted_proxy_it_is_the_client_that_counts() {
    let world = World::new();
    let policy = by_ip(OnMismatch::Refuse);
    for (header, spoofed, honest) in [
        (ForwardingHeader::XForwarded, "192.0.2.1, 198.51.100.1", "192.0.2.1"),
        (ForwardingHeader::Forwarded, "for=192.0.2.1, for=198.51.100.1", "for=192.0.2.1"),
    ] {
        let name = if header == ForwardingHeader::Forwarded { "forwarded" } else { "x-forwarded-for" };
        let app = shop(
            &world,
            config(&world, |config| {
                config.binding(policy).trusted_proxies(["10.0.0.0/8"]).forwarding_header(header)
            }),
        );
        let through = |request, value: &str| from(request, "10.0.0.1").header(name, value);
        let cookie = send(&app, through(post("/sign-in"), honest)).await.cookie();
        assert_eq!(send(&app, through(with(get("/"), &cookie), honest)).await.body, "Some(42) 0");
        assert_eq!(send(&app, through(with(get("/"), &cookie), spoofed)).await.body, "None 0", "{spoofed}");
        let direct = from(with(get("/"), &cookie), ELSEWHERE).header(name, honest);
        assert_eq!(send(&app, direct).await.body, "None 0", "who is no proxy cannot say who it is");
    }
}

#[tokio::test]
async fn a_session_can_be_bound_to_its_user_agent() {
    let world = World::new();
    let policy = BindingPolicy { user_agent: true, ..BindingPolicy::default() };
    let app = shop(&world, config(&world, |config| config.binding(policy)));
    let agent = |request: http::request::Builder, agent: &str| request.header("user-agent", agent);
    let cookie = send(&app, agent(post("/sign-in"), "Browser/1")).await.cookie();
    for (request, expected) in [
        (agent(with(get("/"), &cookie), "Browser/1"), "Some(42) 0"),
        (agent(with(get("/"), &cookie), "Browser/2"), "None 0"),
        (with(get("/"), &cookie), "None 0"),
    ] {
        assert_eq!(send(&app, request).await.body, expected);
    }
}

#[tokio::test]
async fn a_change_of_keys_unbinds_nobody() {
    let world = World::new();
    let keys = SharedKeyRing::new(ring(&[1]));
    let app =
        shop(&world, config(&world, |config| config.keys(keys.clone()).binding(by_ip(OnMismatch::Refuse))));
    let cookie = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    let idle = send(&app, from(post("/sign-in"), HOME)).await.cookie();

    keys.replace(ring(&[2, 1]));
    assert_eq!(page(&app, HOME, &cookie).await, "Some(42) 0");
    assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
    // The next commit follows to the new key; the old one can go.
    send(&app, from(with(get("/views"), &cookie), HOME)).await;
    keys.replace(ring(&[2]));
    assert_eq!(page(&app, HOME, &cookie).await, "Some(42) 1");
    assert_eq!(page(&app, ELSEWHERE, &cookie).await, "None 0");
    assert_eq!(page(&app, HOME, &idle).await, "None 0", "what cannot be checked is not a pass");
}

#[tokio::test]
async fn sessions_from_before_binding_go_on_and_are_bound_with_the_next_login() {
    let world = World::new();
    let before = shop(&world, config(&world, |config| config));
    let cookie = send(&before, post("/sign-in")).await.cookie();
    let app = bound(&world, OnMismatch::Refuse);
    for peer in [HOME, ELSEWHERE] {
        assert_eq!(page(&app, peer, &cookie).await, "Some(42) 0");
    }
    let again = send(&app, from(with(post("/sign-in"), &cookie), HOME)).await.cookie();
    assert_eq!(page(&app, HOME, &again).await, "Some(42) 0");
    assert_eq!(page(&app, ELSEWHERE, &again).await, "None 0");
    // A node that does not bind yet, in the same deploy, does not unbind.
    send(&before, with(get("/views"), &again)).await;
    assert_eq!(page(&app, ELSEWHERE, &again).await, "None 0");
}

#[tokio::test]
async fn a_planted_session_does_not_hide_the_visitors_own() {
    let world = World::new();
    let app = bound(&world, OnMismatch::Refuse);
    let planted = send(&app, from(post("/sign-in/other"), ELSEWHERE)).await.cookie();
    let own = send(&app, from(post("/sign-in"), HOME)).await.cookie();
    assert_eq!(page(&app, HOME, &format!("{planted}; {own}")).await, "Some(42) 0");
}
