//! A cluster whose masters fail, and whose slots move.

use redis::Value;
use session::store::Store as _;
use session::{Error, Handle};
use session_stores::RedisStore;
use session_tests::servers::{Cluster, Server, wait_until};

use super::{at_last, count, found, is_outage, quick, somebody};

/// Sessions until every master has some: of each one, by its port.
async fn on_every_master(store: &RedisStore, cluster: &Cluster) -> Vec<(u16, Handle)> {
    let mut sessions: Vec<(u16, Handle)> = Vec::new();
    while sessions.len() < 3 {
        let handle = somebody(store).await;
        let owner = owner(cluster, slot(cluster, handle));
        if sessions.iter().all(|(port, _)| *port != owner) {
            sessions.push((owner, handle));
        }
    }
    sessions
}

fn slot(cluster: &Cluster, handle: Handle) -> u16 {
    cluster.servers()[0].ask(&["CLUSTER", "KEYSLOT", &handle.encode()])
}

fn owner(cluster: &Cluster, slot: u16) -> u16 {
    let ranges: Vec<Vec<Value>> = cluster.servers()[0].ask(&["CLUSTER", "SLOTS"]);
    let has = |range: &&Vec<Value>| match (&range[0], &range[1]) {
        (Value::Int(first), Value::Int(last)) => (*first..=*last).contains(&i64::from(slot)),
        _ => false,
    };
    match ranges.iter().find(has).map(|range| &range[2]) {
        Some(Value::Array(master)) => match master[1] {
            Value::Int(port) => u16::try_from(port).expect("a port"),
            _ => panic!("{master:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn server(cluster: &Cluster, port: u16) -> &Server {
    cluster.servers().iter().find(|server| server.port() == port).expect("a server of the cluster")
}

/// The replica of that master has everything that it had.
fn in_step(server: &Server) {
    wait_until("the replica is in step", || server.ask::<i64>(&["WAIT", "1", "100"]) == 1);
}

async fn all_served(store: &RedisStore, sessions: &[(u16, Handle)], views: u32) {
    for (_, handle) in sessions {
        let counted = at_last("a session of the cluster", async || count(store, *handle).await).await;
        assert_eq!(counted, views);
    }
}

#[tokio::test]
async fn one_master_that_stands_still_or_dies_takes_nobody_elses_sessions_and_its_own_come_back() {
    let cluster = Cluster::start();
    let store = quick(RedisStore::builder(&cluster.address()));
    let sessions = on_every_master(&store, &cluster).await;
    assert_eq!(store.health().await.unwrap().servers.len(), 3);

    let (frozen, lost) = sessions[0];
    in_step(server(&cluster, frozen));
    server(&cluster, frozen).pause();
    assert!(is_outage(&found(&store, lost).await));
    for (_, handle) in &sessions[1..] {
        assert!(found(&store, *handle).await.unwrap().is_some(), "another master's session");
    }
    let health = store.health().await.unwrap();
    assert_eq!(health.servers.len(), 2, "{health:?}");
    assert!(health.warnings.iter().any(|warning| warning.contains("does not answer")), "{health:?}");
    // A replica is made the master within seconds; the store finds it without being started again.
    all_served(&store, &sessions, 1).await;
    server(&cluster, frozen).resume();
    all_served(&store, &sessions, 2).await;

    let (killed, _) = sessions[1];
    in_step(server(&cluster, killed));
    server(&cluster, killed).kill();
    all_served(&store, &sessions, 3).await;
}

#[tokio::test]
async fn commands_follow_slots_that_move() {
    let cluster = Cluster::start();
    // That a slot is on its way only its masters know: a replica that takes over meanwhile, on a busy machine, has half of
    // what was in it.
    for server in cluster.servers() {
        server.ask::<()>(&["CONFIG", "SET", "cluster-replica-no-failover", "yes"]);
    }
    let store = quick(RedisStore::builder(&cluster.address()));
    let sessions = on_every_master(&store, &cluster).await;
    let ((from, handle), (to, _)) = (sessions[0], sessions[1]);
    let (from, to) = (server(&cluster, from), server(&cluster, to));
    let slot = slot(&cluster, handle).to_string();
    let [from_id, to_id] = [from, to].map(|server| server.ask::<String>(&["CLUSTER", "MYID"]));

    // While it moves, what is gone from the old master is asked of the new one.
    to.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &from_id]);
    from.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &to_id]);
    assert_eq!(count(&store, handle).await.unwrap(), 1, "not moved yet");
    let keys: Vec<String> = from.ask(&["CLUSTER", "GETKEYSINSLOT", &slot, "10"]);
    let port = to.port().to_string();
    from.ask::<()>(&["MIGRATE", "127.0.0.1", &port, &keys[0], "0", "5000"]);
    assert_eq!(count(&store, handle).await.unwrap(), 2, "moved, but for the slot");
    for server in [to, from] {
        server.ask::<()>(&["CLUSTER", "SETSLOT", &slot, "NODE", &to_id]);
    }
    assert_eq!(count(&store, handle).await.unwrap(), 3, "the slot has moved");
    assert!(store.delete(&handle).await.unwrap());
}

#[tokio::test]
async fn a_cluster_without_a_slot_is_an_outage() {
    let cluster = Cluster::start();
    let store = quick(RedisStore::builder(&cluster.address()));
    let sessions = on_every_master(&store, &cluster).await;
    let (port, handle) = sessions[0];
    let slot = slot(&cluster, handle).to_string();
    for server in cluster.servers() {
        server.ask::<()>(&["CLUSTER", "DELSLOTS", &slot]);
    }
    let refused: Error = found(&store, handle).await.expect_err("nobody has it");
    assert!(refused.is_unavailable(), "{refused:?}");
    server(&cluster, port).ask::<()>(&["CLUSTER", "ADDSLOTS", &slot]);
    at_last("the slot has a master again", async || found(&store, handle).await).await;
}
