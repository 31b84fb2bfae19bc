//! How a request ends: what is stored, when, and what the client is told.

use std::pin::Pin;

use session::testing::{Fault, Gate, Operation};
use session_tests::World;

use super::{Adapter, Site, send, signed_in};
use crate::adapters::{get, post};

async fn a_response_whose_session_cannot_be_committed_is_replaced<A: Adapter>() {
    let site = Site::of(&World::new());
    let seen = send::<A>(&site, post("/cut-off")).await;
    assert_eq!((seen.status(), seen.body.as_str()), (503, ""));
    assert_eq!((seen.all("cache-control"), seen.all("x-kept")), (vec!["no-store"], vec!["yes"]));
    for name in ["retry-after", "content-type", "etag", "set-cookie"] {
        assert!(seen.all(name).is_empty(), "{name}");
    }
}

async fn a_4xx_commits_and_a_5xx_does_not<A: Adapter>() {
    let (_world, site, cookie) = signed_in::<A>().await;
    for (path, views) in [("/missing", "Some(42) 1"), ("/broken", "Some(42) 1"), ("/commit", "Some(42) 2")] {
        send::<A>(&site, post(path).header("cookie", &cookie)).await;
        let seen = send::<A>(&site, get("/view").header("cookie", &cookie)).await;
        assert_eq!(seen.body, views, "after {path}");
    }
}

async fn signing_out_holds_although_the_response_failed<A: Adapter>() {
    let (_world, site, cookie) = signed_in::<A>().await;
    let seen = send::<A>(&site, post("/sign-out-and-fail").header("cookie", &cookie)).await;
    assert_eq!(seen.status(), 500);
    let [removed] = seen.all("set-cookie")[..] else { panic!("one cookie") };
    assert!(removed.starts_with("__Host-session=;") && removed.contains("; Max-Age=0"), "{removed}");
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "None 0");
}

async fn an_unsafe_write_to_a_session_that_ended_is_409_and_a_safe_one_is_dropped<A: Adapter>() {
    for (request, status) in [(post("/overtaken"), 409), (get("/overtaken"), 200)] {
        let (_world, site, cookie) = signed_in::<A>().await;
        let seen = send::<A>(&site, request.header("cookie", &cookie)).await;
        assert_eq!((seen.status(), seen.body.as_str()), (status, ""));
        assert!(seen.all("set-cookie").is_empty(), "only who ends a session takes its cookie away");
        assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "None 0");
    }
}

async fn there_is_no_head_before_the_commit<A: Adapter>() {
    let (world, site, cookie) = signed_in::<A>().await;
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    let mut sending = Box::pin(send::<A>(&site, post("/count").header("cookie", &cookie)));
    until_at(&gate, sending.as_mut()).await;
    gate.open();
    assert_eq!(sending.await.status(), 200);
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "Some(42) 1");
}

async fn a_request_that_is_dropped_has_changed_all_or_nothing<A: Adapter>() {
    let (world, site, cookie) = signed_in::<A>().await;
    let view = async || send::<A>(&site, get("/view").header("cookie", &cookie)).await.body;
    let drop_at = async |gate: &Gate, path| {
        let mut sending = Box::pin(send::<A>(&site, post(path).header("cookie", &cookie)));
        until_at(gate, sending.as_mut()).await;
    };
    drop_at(&site.gate, "/stall").await;
    assert_eq!(view().await, "Some(42) 0", "the handler had not ended");
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    drop_at(&gate, "/count").await;
    assert_eq!(view().await, "Some(42) 0", "the commit had not been sent");
    let gate = Gate::new();
    world.faults.next(Operation::Commit, Fault::PauseAfter(gate.clone()));
    drop_at(&gate, "/count").await;
    assert_eq!(view().await, "Some(42) 1", "the commit had been made");
    assert_eq!(send::<A>(&site, post("/count").header("cookie", &cookie)).await.status(), 200);
    assert_eq!(view().await, "Some(42) 2", "and nothing is left behind");
}

async fn a_streamed_body_finds_the_commit_made_and_can_make_more_but_no_cookie<A: Adapter>() {
    let (_world, site, cookie) = signed_in::<A>().await;
    let seen = send::<A>(&site, post("/stream").header("cookie", &cookie)).await;
    assert_eq!((seen.status(), seen.body.as_str()), (200, "Some(1) true Err(true)"));
    assert_eq!(send::<A>(&site, get("/view").header("cookie", &cookie)).await.body, "Some(42) 2");
}

/// Lets the request run until one of its calls has come to the gate.
async fn until_at<F: Future>(gate: &Gate, request: Pin<&mut F>) {
    tokio::select! {
        biased;
        _ = request => panic!("the request ended before the gate"),
        () = gate.arrived(1) => {}
    }
}

on_both! {
    a_response_whose_session_cannot_be_committed_is_replaced,
    a_4xx_commits_and_a_5xx_does_not,
    signing_out_holds_although_the_response_failed,
    an_unsafe_write_to_a_session_that_ended_is_409_and_a_safe_one_is_dropped,
    there_is_no_head_before_the_commit,
    a_request_that_is_dropped_has_changed_all_or_nothing,
    a_streamed_body_finds_the_commit_made_and_can_make_more_but_no_cookie,
}
