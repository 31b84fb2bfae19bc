//! What a request gets from a store that is refused, late or lossy, up to the response.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing;
use session::clock::{Clock, Timestamp};
use session::config::{LoadPolicy, OnUnavailable, SessionConfig};
use session::testing::{Chances, Fault, Faulty, Operation, TestClient, TestResponse};
use session::{Session, SessionLayer};
use session_stores::MemoryStore;
use session_stores::wrap::{
    Breaker, BreakerMonitor, Circuit, ResilienceConfig, RetryBudget, Traffic, resilient,
};
use session_tests::Shop;
use tokio::time::Instant;

use super::MS;

/// The runtime's time, which a test pauses: for whoever wants a date.
#[derive(Debug)]
struct Paused(Instant);

impl Clock for Paused {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_780_000_000_000).after(self.0.elapsed())
    }
}

struct World {
    faults: Faulty<MemoryStore>,
    monitor: BreakerMonitor,
    client: TestClient<Router, Body>,
}

fn world(faults: impl FnOnce(MemoryStore) -> Faulty<MemoryStore>, policy: OnUnavailable) -> World {
    let clock = Arc::new(Paused(Instant::now()));
    let faults = faults(MemoryStore::builder().clock(Arc::clone(&clock)).build());
    let mut config = ResilienceConfig::default();
    config.budget = RetryBudget { percent: 100, ..config.budget };
    let store = resilient(faults.clone(), config).unwrap();
    let monitor = store.monitor();
    let load = LoadPolicy { unavailable: policy, ..LoadPolicy::default() };
    let config = SessionConfig::builder().clock(clock).load(load).build().unwrap();
    let app = Router::new()
        .route("/", routing::get(async |session: Session<Shop>| format!("{:?}", session.user_id())))
        .route("/still", routing::get(async || "still"))
        .route("/sign-in", routing::post(async |session: Session<Shop>| session.sign_in(42)))
        .route("/sign-out", routing::post(sign_out))
        .route(
            "/count",
            routing::post(async |session: Session<Shop>| session.update_views(|views| *views += 1)),
        )
        .route("/views", routing::get(async |session: Session<Shop>| session.views().to_string()))
        .route("/degraded", routing::get(async |session: Session<Shop>| session.is_degraded().to_string()))
        .layer(SessionLayer::<Shop>::with_config(store, config));
    World { faults, monitor, client: TestClient::new(app) }
}

async fn sign_out(session: Session<Shop>) -> Result<(), http::StatusCode> {
    session.destroy().await.map_err(|_| http::StatusCode::SERVICE_UNAVAILABLE)
}

impl World {
    async fn signed_in(policy: OnUnavailable) -> Self {
        let world = world(Faulty::new, policy);
        assert_eq!(world.client.post("/sign-in", &[]).await.status, 200);
        world
    }

    async fn get(&self, path: &str) -> (Duration, TestResponse) {
        let started = Instant::now();
        let response = self.client.get(path).await;
        (started.elapsed(), response)
    }

    fn reads(&self) -> Breaker {
        self.monitor.circuit(Circuit { traffic: Traffic::Reads, shard: 0 }).state
    }
}

#[tokio::test(start_paused = true)]
async fn in_a_black_hole_every_page_comes_within_a_second_and_nobody_is_logged_out() {
    let world = World::signed_in(OnUnavailable::Refuse).await;
    let cookie = world.client.jar().get("__Host-session").map(str::to_owned);
    world.faults.hang(true);
    let mut retry_after = None;
    for _ in 0..10 {
        let (took, response) = world.get("/").await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        assert_eq!((response.status.as_u16(), response.set_cookies()), (503, vec![]));
        retry_after = response.header("retry-after").map(str::to_owned);
        let (took, response) = world.get("/still").await;
        assert_eq!((took, response.text()), (Duration::ZERO, "still"));
    }
    assert_eq!((world.reads(), retry_after.as_deref()), (Breaker::Open, Some("1")));
    let started = Instant::now();
    let response = world.client.post("/sign-out", &[]).await;
    assert_eq!((response.status.as_u16(), response.set_cookies()), (503, vec![]));
    assert!(started.elapsed() < Duration::from_secs(1));

    world.faults.heal();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.get("/").await.1.text(), "Some(42)");
    assert_eq!(world.client.jar().get("__Host-session").map(str::to_owned), cookie);
}

/// The requests of one page stand in line; those behind must not wait for the store once more each.
#[tokio::test(start_paused = true)]
async fn nobody_waits_in_line_behind_a_black_hole_for_longer_than_a_second() {
    for requests in [2, 3, 64] {
        let world = World::signed_in(OnUnavailable::Refuse).await;
        (0..1000).for_each(|_| world.faults.next(Operation::Commit, Fault::Hang));
        let calls: Vec<_> = (0..requests)
            .map(|number| {
                let client = world.client.clone();
                tokio::spawn(async move {
                    // Not all at once.
                    tokio::time::sleep(number * 2 * MS).await;
                    let started = Instant::now();
                    let response = client.post("/count", &[]).await;
                    (started.elapsed(), response.status.as_u16())
                })
            })
            .collect();
        for call in calls {
            let (took, status) = call.await.unwrap();
            assert_eq!(status, 503);
            assert!(took < Duration::from_secs(1), "{took:?} with {requests} requests");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_lets_a_page_go_on_without_its_session_where_that_was_chosen() {
    let world = World::signed_in(OnUnavailable::Proceed).await;
    world.faults.cut(true);
    while world.reads() != Breaker::Open {
        assert_eq!(world.get("/degraded").await.1.text(), "true");
    }
    let (took, response) = world.get("/degraded").await;
    assert_eq!((took, response.text(), response.set_cookies()), (Duration::ZERO, "true", vec![]));
    world.faults.heal();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.get("/degraded").await.1.text(), "false");
    assert_eq!(world.get("/").await.1.text(), "Some(42)");
}

#[tokio::test(start_paused = true)]
async fn a_logout_that_could_not_be_made_says_so_and_one_that_was_is_one() {
    let world = World::signed_in(OnUnavailable::Refuse).await;
    let thief = world.client.jar().get("__Host-session").map(str::to_owned).unwrap();
    world.faults.next(Operation::Delete, Fault::LoseAnswer);
    let response = world.client.post("/sign-out", &[]).await;
    assert_eq!(response.status, 200);
    assert_eq!(world.client.jar().get("__Host-session"), None);
    let request = http::Request::get("/").header("cookie", format!("__Host-session={thief}"));
    let response = world.client.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(response.text(), "None");
}

#[tokio::test(start_paused = true)]
async fn on_a_lossy_network_every_page_that_was_answered_counts_once() {
    let chances =
        Chances { fail_before: 50, lose_request: 50, lose_answer: 50, resend: 50, delay: 100, overtaken: 0 };
    let mut answered = 0;
    for seed in 0..10 {
        let world = world(|store| Faulty::seeded(store, seed, chances), OnUnavailable::Refuse);
        let mut counted = 0..0_u32;
        for _ in 0..100 {
            match world.client.post("/count", &[]).await.status.as_u16() {
                200 => (counted.start, counted.end) = (counted.start + 1, counted.end + 1),
                // Perhaps it was made.
                503 => counted.end += 1,
                other => panic!("{other}"),
            }
            tokio::time::sleep(100 * MS).await;
        }
        world.faults.heal();
        tokio::time::sleep(Duration::from_secs(2)).await;
        let views: u32 = world.get("/views").await.1.text().parse().unwrap();
        assert!((counted.start..=counted.end).contains(&views), "{views} of {counted:?}, seed {seed}");
        answered += counted.start;
    }
    assert!(answered > 900, "of 1000 only {answered} were answered");
}
