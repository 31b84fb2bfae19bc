//! What a client sees while the store cannot be asked, and that its session is there afterwards.

use session::SessionLayer;
use session::actix::SessionMiddleware;
use session::config::{LoadPolicy, OnUnavailable, SessionLimit, WhenFull};
use session::testing::{Fault, Operation};
use session_tests::{Shop, World};

use super::{Actix, Adapter, send, signed_in, signed_in_at};
use crate::adapters::{get, post};

async fn an_outage_is_503_and_leaves_the_cookie_alone<A: Adapter>() {
    let (world, site, cookie) = signed_in::<A>().await;
    world.faults.cut(true);
    for path in ["/view", "/stored", "/optional", "/account"] {
        let seen = send::<A>(&site, get(path).header("cookie", &cookie)).await;
        assert_eq!((seen.status(), seen.all("retry-after")), (503, vec!["1"]), "{path}");
        assert!(seen.all("set-cookie").is_empty(), "{path}");
        assert!(!seen.body.contains("10.0.0.7"));
    }
    assert_eq!(send::<A>(&site, get("/still").header("cookie", &cookie)).await.status(), 200);
    assert_eq!(send::<A>(&site, get("/view")).await.status(), 200, "nobody to ask for");
    world.faults.cut(false);
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "Some(42) 0");
}

async fn a_handler_that_takes_the_refusal_decides_by_itself<A: Adapter>() {
    let (world, site, cookie) = signed_in::<A>().await;
    world.faults.cut(true);
    let seen = send::<A>(&site, get("/either").header("cookie", &cookie)).await;
    assert_eq!((seen.status(), seen.body.as_str()), (200, "a page without a session"));
    assert!(seen.all("set-cookie").is_empty());
    world.faults.cut(false);
    assert_eq!(send::<A>(&site, get("/either").header("cookie", &cookie)).await.body, "0 views");
}

async fn where_it_was_chosen_a_page_goes_on_without_its_session<A: Adapter>() {
    let policy = LoadPolicy { unavailable: OnUnavailable::Proceed, ..LoadPolicy::default() };
    let (world, site, cookie) = signed_in_at::<A>(World::with(|config| config.load(policy))).await;
    world.faults.cut(true);
    for request in [get("/view"), post("/count")] {
        let seen = send::<A>(&site, request.header("cookie", &cookie)).await;
        assert_eq!((seen.status(), seen.all("cache-control")), (200, vec!["private"]));
        assert!(seen.all("set-cookie").is_empty() && !seen.body.contains("42"), "{}", seen.body);
    }
    world.faults.cut(false);
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "Some(42) 0");
}

/// The store behind the faults stands for a near cache: a copy is asked for without the network.
async fn a_route_that_only_reads_goes_on_with_a_copy<A: Adapter>() {
    let (world, site, cookie) = signed_in::<A>().await;
    let glance = || get("/read-only").header("cookie", &cookie);
    assert_eq!(send::<A>(&site, glance()).await.body, "Some(42) 0 false");
    world.faults.cut(true);
    let seen = send::<A>(&site, glance()).await;
    assert_eq!((seen.status(), seen.body.as_str()), (200, "Some(42) 0 true"));
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.status(), 503);
}

on_both! {
    an_outage_is_503_and_leaves_the_cookie_alone,
    a_handler_that_takes_the_refusal_decides_by_itself,
    where_it_was_chosen_a_page_goes_on_without_its_session,
    a_route_that_only_reads_goes_on_with_a_copy,
}

#[tokio::test]
async fn an_option_of_actix_hides_who_is_not_signed_in_and_no_outage() {
    let (world, site, cookie) = signed_in::<Actix>().await;
    let visitor = || get("/visitor").header("cookie", &cookie);
    assert_eq!(send::<Actix>(&site, get("/visitor")).await.body, "false");
    assert_eq!(send::<Actix>(&site, visitor()).await.body, "true");
    world.faults.next(Operation::Load, Fault::FailBefore);
    let seen = send::<Actix>(&site, visitor()).await;
    assert_eq!((seen.status(), seen.all("retry-after")), (503, vec!["1"]));
    assert!(seen.all("set-cookie").is_empty() && !seen.body.contains("false"));
    assert_eq!(send::<Actix>(&site, visitor()).await.body, "true");
}

#[test]
fn sessions_that_a_runtime_cannot_keep_are_refused_when_the_adapter_is_built() {
    let limit = SessionLimit { most: Some(3), when_full: WhenFull::Refuse };
    let runtime = World::with(|config| config.limit(limit)).runtime;
    let on_axum = SessionLayer::<Shop>::try_from_runtime(runtime.clone()).unwrap_err();
    let on_actix = SessionMiddleware::<Shop>::try_new(runtime).unwrap_err();
    for error in [on_axum, on_actix] {
        assert!(error.to_string().contains("limit.most"), "{error}");
    }
}
