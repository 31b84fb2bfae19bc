//! What networks, servers and clocks do. Whatever it is: a session that was ended is not shown once the lease is over.

use std::sync::Arc;
use std::time::Duration;

use session::clock::{Clock as _, SystemClock, Timestamp};
use session::store::Store as _;
use session::testing::ManualClock;
use session_tests::clustered::{live, until, until_live};
use session_tests::redis_subject::application;
use session_tests::servers::{self, Hearing, Muffle, Server};
use tokio::time::Instant;

use super::*;

const LEASE: Duration = Duration::from_millis(800);

/// A node beside the fault, and one behind it that has a copy of a session.
struct Pair {
    near: ClusteredStore,
    far: ClusteredStore,
    record: Record,
}

async fn pair(server: &Server, way: &str) -> Pair {
    let application = application();
    let near = live(node(&server.address(), &application).lease(LEASE)).await;
    let far = live(hasty(way, &application).lease(LEASE)).await;
    let record = begin(&near).await.unwrap();
    assert!(found(&far, handle_of(&record)).await.unwrap().is_some());
    Pair { near, far, record }
}

#[tokio::test]
async fn with_every_message_dropped_a_session_that_was_ended_is_refused_when_the_lease_is_over() {
    let server = servers::single();
    let muffle = Muffle::to(server.port()).await;
    let Pair { near, far, record } = pair(server, &muffle.address()).await;
    muffle.set(Hearing::Deaf);
    let ended = Instant::now();
    near.delete(&handle_of(&record)).await.unwrap();
    let took = refused(&far, handle_of(&record), ended).await;
    // It was shown from the copy meanwhile, or the message would not have been dropped.
    assert!(far.stats().hits > 0, "refused after {took:?}");

    // It comes back by itself, and what it kept before is gone.
    muffle.set(Hearing::Well);
    until_live(&far).await;
    assert!(found(&far, handle_of(&record)).await.unwrap().is_none());
}

#[tokio::test]
async fn a_subscriber_that_is_killed_begins_anew_and_keeps_nothing_from_before() {
    let server = Server::start(&[]);
    let Pair { near, far, record } = pair(&server, &server.address()).await;
    let generations = far.stats().generations;
    server.ask::<i64>(&["CLIENT", "KILL", "TYPE", "pubsub"]);
    until("it has begun anew", || far.stats().generations > generations).await;
    until_live(&far).await;
    let misses = far.stats().misses;
    assert!(found(&far, handle_of(&record)).await.unwrap().is_some());
    assert_eq!(far.stats().misses, misses + 1, "the copy from before was erased");
    drop(near);
}

#[tokio::test]
async fn a_slow_subscriber_is_dropped_by_the_server_and_shows_nothing_that_it_has_missed() {
    let server = Server::start(&[["client-output-buffer-limit", "pubsub 256kb 0 0"]]);
    let muffle = Muffle::to(server.port()).await;
    let Pair { near, far, record } = pair(&server, &muffle.address()).await;
    let generations = far.stats().generations;
    muffle.set(Hearing::Stalled);
    // More than the buffers of the sockets on the way, and the server's.
    let large = "x".repeat(1 << 20);
    let listening: Vec<String> = server.ask(&["PUBSUB", "CHANNELS", "*@changes"]);
    let ended = Instant::now();
    near.delete(&handle_of(&record)).await.unwrap();
    for _ in 0..16 {
        server.ask::<i64>(&["PUBLISH", &listening[0], &large]);
    }
    refused(&far, handle_of(&record), ended).await;
    muffle.set(Hearing::Well);
    until("it has begun anew", || far.stats().generations > generations).await;
    until_live(&far).await;
    assert!(found(&far, handle_of(&record)).await.unwrap().is_none());
}

#[tokio::test]
async fn after_a_restart_of_the_server_nothing_from_before_is_shown() {
    let server = Server::start(&[]);
    let Pair { near, far, record } = pair(&server, &server.address()).await;
    server.kill();
    let ended = Instant::now();
    // Without a server it is an outage, or a copy within the lease.
    loop {
        match found(&far, handle_of(&record)).await {
            Ok(Some(_)) => assert!(ended.elapsed() < LEASE + PATIENCE),
            Ok(None) => panic!("an outage is not a logout"),
            Err(error) => {
                assert!(error.is_unavailable());
                break;
            }
        }
    }
    server.start_again();
    until_live(&far).await;
    assert!(found(&far, handle_of(&record)).await.unwrap().is_none(), "the server has nothing on its disk");
    until_live(&near).await;
    assert!(begin(&near).await.is_ok());
}

#[tokio::test]
async fn a_server_that_stands_still_is_an_outage_when_the_lease_is_over() {
    let server = Server::start(&[]);
    let Pair { near, far, record } = pair(&server, &server.address()).await;
    server.pause();
    until("nobody hears anything any more", || !far.is_live()).await;
    assert!(found(&far, handle_of(&record)).await.is_err_and(|error| error.is_unavailable()));
    server.resume();
    until_live(&far).await;
    assert!(found(&far, handle_of(&record)).await.unwrap().is_some());
    drop(near);
}

#[tokio::test]
async fn a_node_whose_clock_is_wrong_logs_nobody_out_and_shows_nobody_longer() {
    let (address, application) = (servers::single().address(), application());
    let right = live(node(&address, &application).lease(LEASE)).await;
    for off in [-600_000_i64, 600_000] {
        let now = SystemClock.now().as_millis();
        let wrong = Arc::new(ManualClock::at(Timestamp::from_millis(now.saturating_add_signed(off))));
        let skewed = node(&address, &application).lease(LEASE).redis(|redis| redis.clock(wrong));
        let skewed = live(skewed).await;
        let record = begin(&right).await.unwrap();
        assert!(found(&skewed, handle_of(&record)).await.unwrap().is_some());
        assert!(found(&skewed, handle_of(&record)).await.unwrap().is_some());
        let ended = Instant::now();
        right.delete(&handle_of(&record)).await.unwrap();
        refused(&skewed, handle_of(&record), ended).await;
        let own = begin(&skewed).await.unwrap();
        assert!(found(&right, handle_of(&own)).await.unwrap().is_some());
    }
}
