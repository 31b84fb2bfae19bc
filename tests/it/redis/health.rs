//! What an operator is told of every deployment, and how a store ends.

use std::time::Duration;

use session::store::{Health, Store as _};
use session_stores::RedisStore;
use session_tests::servers::{self, Cable, Fault, Server};
use tokio::task::JoinSet;

use super::{count, found, is_outage, somebody, store, words};

/// So many servers, all masters, all of the version that `INFO` says, in some time.
fn expect(health: &Health, servers: usize, asked: &Server) {
    let version: String = asked.ask(&["INFO", "server"]);
    let version = version.lines().find_map(|line| line.strip_prefix("redis_version:")).expect("a version");
    assert_eq!(health.servers.len(), servers, "{health:?}");
    for server in &health.servers {
        assert_eq!(server.role, "master", "{health:?}");
        assert!(server.version.ends_with(version.trim()), "{health:?}");
        assert!(server.latency > Duration::ZERO, "{health:?}");
    }
    let mut names: Vec<&str> = health.servers.iter().map(|server| server.name.as_str()).collect();
    names.dedup();
    assert_eq!(names.len(), servers, "each by its name: {names:?}");
    assert_eq!(health.warnings, [""; 0]);
}

#[tokio::test]
async fn every_deployment_says_how_its_servers_are() {
    let single = servers::single();
    let health = store(RedisStore::builder(&single.address())).health().await.unwrap();
    expect(&health, 1, single);
    assert_eq!(health.servers[0].name, format!("127.0.0.1:{}", single.port()));

    let secured = servers::secured();
    let certificates = secured.certificates();
    let builder = RedisStore::builder(&secured.address())
        .root_certificate(certificates.root.as_str())
        .client_certificate(certificates.client.as_str(), certificates.client_key.as_str());
    expect(&store(builder).health().await.unwrap(), 1, secured.server());

    let cluster = servers::cluster();
    let health = store(RedisStore::builder(&cluster.address())).health().await.unwrap();
    expect(&health, 3, cluster.masters().next().expect("a master"));

    let watched = servers::watched();
    let watching = store(RedisStore::builder(&watched.address()));
    // Named by Sentinel once it was asked.
    somebody(&watching).await;
    let health = watching.health().await.unwrap();
    expect(&health, 1, watched.master());
    assert_eq!(health.servers[0].name, format!("127.0.0.1:{}", watched.master().port()));

    // Over the app's own connections only that much is known: who answered.
    let client = redis::Client::open(single.address()).unwrap();
    let take = move || {
        let client = client.clone();
        async move { client.get_multiplexed_async_connection().await }
    };
    let health = store(RedisStore::builder_over(take)).health().await.unwrap();
    expect(&health, 1, single);
}

#[tokio::test]
async fn the_latency_is_the_networks_and_the_servers() {
    let server = Server::start(&[]);
    let cable = Cable::to(server.port());
    let store = store(RedisStore::builder(&cable.address()));
    somebody(&store).await;
    let slow = Duration::from_millis(50);
    cable.suffers(Fault::Slow(slow));
    let health = store.health().await.unwrap();
    assert!(health.servers[0].latency >= 2 * slow, "there and back: {health:?}");
}

/// Those that were sent are waited for, and every one of them is made.
#[tokio::test]
async fn a_shutdown_waits_for_the_commits_that_were_sent() {
    let server = Server::start(&[]);
    let cable = Cable::to(server.port());
    let store = store(RedisStore::builder(&cable.address()));
    let mut handles = Vec::new();
    for _ in 0..8 {
        handles.push(somebody(&store).await);
    }
    let sessions = super::sessions(&store);
    let mut commits = JoinSet::new();
    let mut loaded = Vec::new();
    for handle in &handles {
        let session = sessions.get(*handle).await.unwrap();
        session.update_views(|views| *views += 1);
        loaded.push(session);
    }
    cable.suffers(Fault::Slow(Duration::from_millis(100)));
    for session in loaded {
        let sessions = super::sessions(&store);
        commits.spawn(async move { sessions.save(&session).await });
    }
    while !format!("{store:?}").contains("in_flight: 8") {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.shutdown(Duration::from_secs(60)).await, 0, "all have ended");
    while let Some(commit) = commits.join_next().await {
        commit.unwrap().expect("it was sent before the end, and is answered");
    }
    assert!(words(&found(&store, handles[0]).await.expect_err("it is over")).contains("shut down"));
}

/// And no longer than they were given.
#[tokio::test]
async fn a_shutdown_ends_by_its_deadline_whoever_hangs() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    server.pause();
    let hanging = tokio::spawn({
        let store = store.clone();
        async move { count(&store, handle).await }
    });
    while !format!("{store:?}").contains("in_flight: 1") {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.shutdown(Duration::from_millis(20)).await, 1, "one is left, and is said to be");
    server.resume();
    assert!(is_outage(&hanging.await.unwrap()), "what was not known to be made is an outage");
}
