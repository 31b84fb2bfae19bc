//! Each master of a cluster is judged by itself.

use std::time::Duration;

use session::store::{Index as _, Load, Locator, Store, Term, Touch};
use session::{Error, Handle, Proof};
use session_stores::RedisStore;
use session_stores::wrap::{
    Breaker, BreakerConfig, BreakerMonitor, Circuit, CircuitOpen, ResilienceConfig, Resilient, Traffic,
    resilient, resilient_sharded,
};
use session_tests::redis_subject::application;
use session_tests::servers::{Cluster, Server, wait_until};

use super::{at_last, sessions, signed_in};

/// Circuits open sooner, and stay open longer than this test needs.
fn config() -> ResilienceConfig {
    let breaker = BreakerConfig {
        reset_timeout: Duration::from_secs(600),
        window: Duration::from_secs(600),
        ..BreakerConfig::default()
    };
    ResilienceConfig { breaker, ..ResilienceConfig::default() }
}

fn plain(cluster: &Cluster) -> RedisStore {
    RedisStore::builder(&cluster.address()).application(&application()).build().unwrap()
}

/// A session on every master, in the order of their numbers.
async fn on_every_shard(store: &RedisStore) -> [Handle; 3] {
    let mut found: [Option<Handle>; 3] = [None; 3];
    while found.contains(&None) {
        let handle = at_last("a session", async || signed_in(store).await).await;
        found[store.shard_of(&handle)] = Some(handle);
    }
    found.map(|handle| handle.expect("all are there"))
}

/// The master that has the session, as it says itself.
fn master_of<'c>(cluster: &'c Cluster, handle: &Handle) -> &'c Server {
    let mut masters = cluster.masters();
    let has = |server: &&Server| {
        let keys: Vec<String> = server.ask(&["KEYS", &format!("*{{{}}}", handle.encode())]);
        !keys.is_empty()
    };
    masters.find(has).expect("one of the masters has it")
}

async fn load(store: &Resilient<RedisStore>, handle: Handle) -> Result<bool, Error> {
    store.load(&Locator::Handle(handle)).await.map(|load| matches!(load, Load::Found(_)))
}

fn is_refused(answer: &Result<bool, Error>) -> bool {
    answer.as_ref().is_err_and(is_open)
}

fn is_open(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(found) = source {
        if found.is::<CircuitOpen>() {
            return true;
        }
        source = found.source();
    }
    false
}

fn reads(monitor: &BreakerMonitor, shard: usize) -> Breaker {
    monitor.circuit(Circuit { traffic: Traffic::Reads, shard }).state
}

#[tokio::test]
async fn a_master_that_stands_still_opens_its_own_circuits_and_no_others() {
    let cluster = Cluster::start();
    let inner = plain(&cluster);
    let handles = on_every_shard(&inner).await;
    // Each number is a master, and each master has one.
    let ports = handles.map(|handle| master_of(&cluster, &handle).port());
    assert!(ports[0] != ports[1] && ports[1] != ports[2] && ports[0] != ports[2], "{ports:?}");

    let store = resilient_sharded(inner.clone(), config()).unwrap();
    let everybodys = resilient(inner, config()).unwrap();
    // Nobody is to take its place while this test looks on.
    for server in cluster.servers() {
        server.ask::<()>(&["CONFIG", "SET", "cluster-node-timeout", "600000"]);
    }
    let frozen = master_of(&cluster, &handles[1]);
    frozen.pause();
    while reads(&store.monitor(), 1) != Breaker::Open {
        assert!(load(&store, handles[1]).await.is_err());
    }
    assert!(is_refused(&load(&store, handles[1]).await));
    for other in [0, 2] {
        assert_ne!(reads(&store.monitor(), other), Breaker::Open);
        assert!(at_last("another master's session", async || load(&store, handles[other]).await).await);
        let touch = Touch::new(handles[other], Proof::from_bytes([1; 32]), Duration::ZERO);
        assert!(store.touch(&touch).await.is_ok(), "and its writes");
    }
    // Who is found by a value is found on the master of the value.
    let term = |number: usize| Term::from_bytes(*handles[number].as_bytes());
    while store.bar(&term(1), None).await.is_err_and(|error| !is_open(&error)) {}
    assert!(store.members(&term(1)).await.is_err_and(|error| is_open(&error)));
    for other in [0, 2] {
        assert!(store.members(&term(other)).await.is_ok());
        assert!(store.bar(&term(other), None).await.is_ok(), "everybody else signs out everywhere");
    }
    // With one circuit for all of them, nobody would have a session now.
    while !is_refused(&load(&everybodys, handles[1]).await) {}
    for other in [0, 2] {
        assert!(is_refused(&load(&everybodys, handles[other]).await));
    }
    frozen.resume();
    store.monitor().reset();
    assert!(at_last("its sessions again", async || load(&store, handles[1]).await).await);
}

#[tokio::test]
async fn a_replica_that_takes_over_takes_its_masters_number() {
    let cluster = Cluster::start();
    let store = plain(&cluster);
    let handles = on_every_shard(&store).await;
    let replica = cluster.replica_of(master_of(&cluster, &handles[0]));
    replica.ask::<()>(&["CLUSTER", "FAILOVER"]);
    wait_until("the replica has taken over", || cluster.is_master(replica));
    cluster.wait_until_well();
    let sessions = sessions(&store);
    for (number, handle) in handles.iter().enumerate() {
        at_last("a session after the take-over", async || sessions.get(*handle).await).await;
        at_last("its master's number", async || match store.shard_of(handle) == number {
            true => Ok(()),
            false => Err(Error::unavailable(session::Applied::No, "not yet")),
        })
        .await;
    }
}

#[tokio::test]
async fn where_there_is_one_master_there_is_one_shard() {
    let store = super::store(RedisStore::builder(&session_tests::servers::single().address()));
    assert!((0..50).all(|byte| store.shard_of(&Handle::from_bytes([byte; 16])) == 0));
}
