//! Many clients at several nodes while things go wrong: what they were told is recorded and checked.
//!
//! `cargo xtask history` runs a million operations and prints the distributions.

mod check;
mod clients;
mod latency;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use session_stores::ClusteredStore;
use session_stores::cluster::Switches;
use session_tests::clustered::live;
use session_tests::redis_subject::application;
use session_tests::servers::{Hearing, Muffle, Server};
use tokio::time::Instant;

use super::hasty;
use check::{Event, anomalies};
use clients::{Client, Sessions};

const LEASE: Duration = Duration::from_millis(300);
const CLIENTS: usize = 8;

/// Three nodes: one hears well, what the others hear is up to the faults.
struct Fleet {
    server: Server,
    muffles: Vec<Muffle>,
    nodes: Vec<ClusteredStore>,
}

impl Fleet {
    async fn start(switches: Switches) -> Self {
        let server = Server::start(&[["client-output-buffer-limit", "pubsub 256kb 0 0"]]);
        let muffles = vec![Muffle::to(server.port()).await, Muffle::to(server.port()).await];
        let application = application();
        let mut nodes = Vec::new();
        let ways = [server.address()].into_iter().chain(muffles.iter().map(Muffle::address));
        for way in ways.collect::<Vec<_>>() {
            nodes.push(live(hasty(&way, &application).lease(LEASE).switches(switches)).await);
        }
        Self { server, muffles, nodes }
    }

    /// Lets things go wrong until that is over.
    async fn suffer(&self, is_over: &AtomicBool) {
        while !is_over.load(Ordering::Relaxed) {
            let muffle = &self.muffles[fastrand::usize(..self.muffles.len())];
            match fastrand::u8(..6) {
                0 | 1 => muffle.set(Hearing::Deaf),
                2 => muffle.set(Hearing::Stalled),
                3 => {
                    self.server.ask::<i64>(&["CLIENT", "KILL", "TYPE", "pubsub"]);
                }
                _ => muffle.set(Hearing::Well),
            }
            tokio::time::sleep(Duration::from_millis(fastrand::u64(20..400))).await;
        }
    }
}

/// Runs clients until that many operations are made.
async fn record(fleet: &Arc<Fleet>, operations: usize) -> Vec<Event> {
    let made = Arc::new(AtomicUsize::new(0));
    let sessions = Arc::new(Sessions::default());
    let began = Instant::now();
    let clients = (0..CLIENTS).map(|number| {
        let client = Client::new(number, Arc::clone(fleet), Arc::clone(&sessions), began);
        let made = Arc::clone(&made);
        tokio::spawn(async move { client.run(&made, operations).await })
    });
    let clients: Vec<_> = clients.collect();
    let mut events = Vec::new();
    for client in clients {
        events.extend(client.await.expect("a client"));
    }
    events
}

async fn history(operations: usize) {
    let fleet = Arc::new(Fleet::start(Switches::default()).await);
    let is_over = Arc::new(AtomicBool::new(false));
    let faults = {
        let (fleet, is_over) = (Arc::clone(&fleet), Arc::clone(&is_over));
        tokio::spawn(async move { fleet.suffer(&is_over).await })
    };
    let events = record(&fleet, operations).await;
    is_over.store(true, Ordering::Relaxed);
    faults.await.expect("the faults");
    let found = anomalies(&events, LEASE);
    let told: Vec<_> = fleet.nodes.iter().map(ClusteredStore::stats).collect();
    let hits: u64 = told.iter().map(|stats| stats.hits).sum();
    latency::say(&format!(
        "{} operations, {} anomalies, {hits} answered from caches, {} generations, staleness at most {:?} of {LEASE:?}",
        events.len(),
        found.len(),
        told.iter().map(|stats| stats.generations).sum::<u64>(),
        told.iter().map(|stats| stats.staleness.worst()).max().unwrap_or_default(),
    ));
    for stats in &told {
        latency::say(&format!("  proofs by age: {:?}", stats.staleness.buckets().collect::<Vec<_>>()));
    }
    assert!(found.is_empty(), "{} anomalies: {:#?}", found.len(), &found[..found.len().min(20)]);
    assert!(hits > 0, "nothing was answered from a cache, so nothing was tested");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_history_with_faults_has_no_anomaly() {
    history(20_000).await;
}

/// Not in an ordinary run: see `cargo xtask history`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_operations_as_asked_for() {
    let Ok(operations) = std::env::var("HISTORY_OPERATIONS") else { return };
    latency::measure(1_000).await;
    history(operations.parse().expect("a number")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checker_finds_what_a_node_shows_that_believes_silence() {
    let fleet = Arc::new(Fleet::start(Switches { lease: false, ..Switches::default() }).await);
    for muffle in &fleet.muffles {
        muffle.set(Hearing::Deaf);
    }
    // A copy has to be kept for longer than a lease, so a history has to be longer than that however fast the machine is.
    for operations in [5_000, 20_000, 80_000, 320_000] {
        let events = record(&fleet, operations).await;
        if !anomalies(&events, LEASE).is_empty() {
            return;
        }
    }
    panic!("no anomaly in any history without a lease");
}
