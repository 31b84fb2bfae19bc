//! Every setting has its effect.

use std::time::Duration;

use session::store::Store as _;
use session::{ErrorKind, store::Scan as _};
use session_stores::{ClusteredStore, RedisStore, connect};
use session_tests::clustered::live;
use session_tests::redis_subject::application;
use session_tests::servers;

use super::*;

const LONG: Duration = Duration::from_secs(60);

#[tokio::test]
async fn the_channel_and_the_node_are_what_they_are_called() {
    let server = servers::single();
    let application = application();
    let channel = format!("{application}:mine");
    let store = live(node(&server.address(), &application).channel(&channel).node("node-7")).await;
    assert_eq!(store.node(), "node-7");
    let mut watcher = redis::Client::open(server.address()).unwrap().get_connection().unwrap();
    let mut watcher = watcher.as_pubsub();
    watcher.subscribe(&channel).unwrap();
    let record = begin(&store).await.unwrap();
    let payload: Vec<u8> = watcher.get_message().unwrap().get_payload().unwrap();
    assert!(payload.ends_with(b"node-7"));
    assert!(payload[2..].starts_with(handle_of(&record).encode().as_bytes()));
}

#[tokio::test]
async fn a_store_that_was_not_told_to_publishes_nothing() {
    let server = servers::single();
    let application = application();
    let mut watcher = redis::Client::open(server.address()).unwrap().get_connection().unwrap();
    let mut watcher = watcher.as_pubsub();
    watcher.psubscribe(format!("*{application}*")).unwrap();
    let plain = patient(RedisStore::builder(&server.address())).application(&application);
    let plain = plain.build().unwrap();
    let handle = handle_of(&begin(&plain).await.unwrap());
    plain.delete(&handle).await.unwrap();
    let telling = patient(RedisStore::builder(&server.address())).application(&application).announce();
    let telling = telling.build().unwrap();
    let handle = handle_of(&begin(&telling).await.unwrap());
    // The first that comes is of the second store.
    let payload: Vec<u8> = watcher.get_message().unwrap().get_payload().unwrap();
    assert!(payload[2..].starts_with(handle.encode().as_bytes()));
}

#[tokio::test]
async fn without_a_cache_nothing_is_kept_and_everything_told() {
    let (address, application) = (servers::single().address(), application());
    let off = node(&address, &application).enabled(false).build().unwrap();
    off.start();
    let on = live(node(&address, &application).lease(LONG)).await;
    let handle = handle_of(&begin(&off).await.unwrap());
    assert!(found(&on, handle).await.unwrap().is_some());
    assert!(found(&off, handle).await.unwrap().is_some());
    assert_eq!((off.stats().size, off.is_running(), off.capabilities().lag), (0, false, None));
    let ended = Instant::now();
    off.delete(&handle).await.unwrap();
    refused(&on, handle, ended).await;
    assert_eq!(on.capabilities().lag, Some(LONG));
}

#[tokio::test]
async fn entries_and_negatives_are_as_many_as_was_said() {
    let builder =
        node(&servers::single().address(), &application()).lease(LONG).max_entries(3).max_negatives(2);
    let store = live(builder).await;
    for _ in 0..10 {
        begin(&store).await.unwrap();
        found(&store, random_handle()).await.unwrap();
    }
    let stats = store.stats();
    assert_eq!((stats.size, stats.negatives, stats.evictions), (3, 2, 7));
    let store =
        live(node(&servers::single().address(), &application()).lease(LONG).max_entries(50).max_bytes(2_000))
            .await;
    for _ in 0..10 {
        begin(&store).await.unwrap();
    }
    assert!((1..10).contains(&store.stats().size) && store.stats().bytes <= 2_000, "{:?}", store.stats());
}

#[tokio::test]
async fn a_ttl_ends_a_copy_and_a_heartbeat_is_as_often_as_was_said() {
    let builder = node(&servers::single().address(), &application()).lease(LONG);
    let store = live(builder.ttl(Duration::from_nanos(1)).heartbeat(Duration::from_millis(20))).await;
    let handle = handle_of(&begin(&store).await.unwrap());
    assert!(found(&store, handle).await.unwrap().is_some());
    assert_eq!(store.stats().hits, 0);
}

#[test]
fn what_cannot_be_meant_is_refused_with_all_problems_at_once() {
    let builder = ClusteredStore::builder("redis://localhost")
        .max_entries(0)
        .lease(Duration::from_millis(10))
        .heartbeat(Duration::from_secs(9))
        .subscribe_timeout(Duration::ZERO)
        .channel("two words")
        .node("");
    let error = builder.build().unwrap_err();
    let ErrorKind::Config(problems) = error.kind() else { panic!("{error:?}") };
    assert_eq!(problems.len(), 6, "{problems:?}");
}

#[tokio::test]
async fn a_redis_store_that_tells_nobody_cannot_be_cached() {
    let redis = RedisStore::new("redis://localhost").unwrap();
    let error = ClusteredStore::over(redis).build().unwrap_err();
    assert!(error.to_string().contains("announce"), "{error}");
    let taken = || std::future::pending::<Result<redis::aio::MultiplexedConnection, redis::RedisError>>();
    let foreign = RedisStore::builder_over(taken).announce().build().unwrap();
    assert!(foreign.bus().is_err());
}

#[tokio::test]
async fn it_can_be_chosen_by_an_address() {
    let server = servers::single();
    let store = connect(&format!("clustered+{}", server.address())).unwrap();
    assert!(store.capabilities().lag.is_some());
    assert!(found(&store, random_handle()).await.unwrap().is_none());
    store.count().await.unwrap();
    let error = connect("clustered+memory:").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)));
}
