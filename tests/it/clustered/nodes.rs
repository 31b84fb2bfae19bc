//! Nodes that work, over servers that work.

use std::time::Duration;

use session::store::{Freshness, Scan as _, Store as _};
use session::testing::Counting;
use session_stores::cluster::Message;
use session_stores::{ClusteredStore, RedisStore};
use session_tests::clustered::{live, until, until_live};
use session_tests::redis_subject::application;
use session_tests::servers;
use tokio::time::Instant;

use super::*;

/// Longer than any test: what is refused is refused because of a message.
const LONG: Duration = Duration::from_secs(60);

async fn two(address: &str) -> [ClusteredStore; 2] {
    let application = application();
    let start =
        async || live(node(address, &application).lease(LONG).heartbeat(Duration::from_millis(100))).await;
    [start().await, start().await]
}

#[tokio::test]
async fn a_cached_read_makes_no_store_call() {
    let address = servers::single().address();
    let redis = patient(RedisStore::builder(&address)).application(&application()).announce();
    let redis = redis.build().unwrap();
    let calls = Counting::new(redis.clone());
    let store = ClusteredStore::with_bus(calls.clone(), redis.bus().unwrap()).lease(LONG).build().unwrap();
    store.start();
    until("it is live", || store.is_live()).await;

    let record = begin(&store).await.unwrap();
    calls.take();
    for _ in 0..100 {
        assert!(found(&store, handle_of(&record)).await.unwrap().is_some());
    }
    assert_eq!(calls.take().total(), 0, "what was committed here is here");
    store.evict_all();
    for _ in 0..100 {
        assert!(found(&store, handle_of(&record)).await.unwrap().is_some());
    }
    assert_eq!(calls.take().load, 1);
    let unknown = random_handle();
    for _ in 0..100 {
        assert!(found(&store, unknown).await.unwrap().is_none());
    }
    assert_eq!(calls.take().load, 1, "that there is no such session is known, too");
    let stats = store.stats();
    assert_eq!((stats.hits, stats.misses, stats.size, stats.negatives), (298, 2, 1, 1));
    assert!(stats.staleness.worst() < LONG);
    store.reset_stats();
    assert_eq!((store.stats().hits, store.stats().size), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn loads_of_one_session_at_one_moment_are_one_call() {
    let address = servers::single().address();
    let redis = patient(RedisStore::builder(&address)).application(&application()).announce();
    let redis = redis.build().unwrap();
    let calls = Counting::new(redis.clone());
    let store = ClusteredStore::with_bus(calls.clone(), redis.bus().unwrap()).lease(LONG).build().unwrap();
    store.start();
    until("it is live", || store.is_live()).await;
    let record = begin(&store).await.unwrap();
    let handle = handle_of(&record);
    // Past the store, which hears of it, and by then of its own commit as well: what it is told while a load is under way,
    // it takes for a reason to ask again.
    let changed = updated(&redis, &record).await.header.stamp();
    while found(&store, handle).await.unwrap().unwrap().header.stamp() != changed {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    store.evict(&handle);
    calls.take();
    // On one task, so that all of them begin before any of them is answered.
    let loads = (0..50).map(|_| Box::pin(found(&store, handle)));
    let mut loads: Vec<_> = loads.collect();
    std::future::poll_fn(|cx| {
        loads.retain_mut(|load| match load.as_mut().poll(cx) {
            std::task::Poll::Ready(found) => {
                assert!(found.unwrap().is_some());
                false
            }
            std::task::Poll::Pending => true,
        });
        match loads.is_empty() {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    assert_eq!(calls.take().load, 1);
}

async fn what_one_writes_the_other_has(address: &str) {
    let [a, b] = two(address).await;
    let first = begin(&a).await.unwrap();
    let handle = handle_of(&first);
    assert_eq!(found(&b, handle).await.unwrap().unwrap().header.revision, 1);
    let second = updated(&a, &first).await;
    // The lease is longer than the test, so it is the message that makes it so.
    let shown = async || found(&b, handle).await.unwrap().unwrap().header.stamp();
    while shown().await != second.header.stamp() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(b.stats().invalidations, 1);

    // A stale base changes nothing: the write is the store's.
    assert!(matches!(update(&b, &first).await.unwrap(), Commit::Conflict(_)));

    let ended = Instant::now();
    assert!(a.delete(&handle).await.unwrap());
    refused(&b, handle, ended).await;
    assert!(matches!(update(&b, &second).await.unwrap(), Commit::Gone(_)));
}

#[tokio::test]
async fn what_one_node_writes_or_ends_the_others_have() {
    what_one_writes_the_other_has(&servers::single().address()).await;
}

#[tokio::test]
async fn and_in_a_redis_cluster() {
    let address = servers::cluster().address();
    for _ in 0..5 {
        what_one_writes_the_other_has(&address).await;
    }
}

#[tokio::test]
async fn a_message_of_its_own_evicts_nothing() {
    let [a, _b] = two(&servers::single().address()).await;
    for _ in 0..20 {
        let record = begin(&a).await.unwrap();
        assert_eq!(
            found(&a, handle_of(&record)).await.unwrap().unwrap().header.stamp(),
            record.header.stamp()
        );
    }
    assert_eq!((a.stats().misses, a.stats().invalidations), (0, 0), "{:?}", a.stats());
}

#[tokio::test]
async fn two_nodes_of_one_name_hear_each_other() {
    let (address, application) = (servers::single().address(), application());
    let start = async || live(node(&address, &application).node("twin").lease(LONG)).await;
    let (a, b) = (start().await, start().await);
    let handle = handle_of(&begin(&a).await.unwrap());
    assert!(found(&b, handle).await.unwrap().is_some());
    let ended = Instant::now();
    a.delete(&handle).await.unwrap();
    refused(&b, handle, ended).await;
}

#[tokio::test]
async fn a_clear_reaches_every_node() {
    let [a, b] = two(&servers::cluster().address()).await;
    let mut handles = Vec::new();
    for _ in 0..20 {
        let handle = handle_of(&begin(&a).await.unwrap());
        assert!(found(&b, handle).await.unwrap().is_some());
        handles.push(handle);
    }
    let ended = Instant::now();
    assert_eq!(a.clear().await.unwrap(), 20);
    for handle in handles {
        refused(&b, handle, ended).await;
        assert!(found(&a, handle).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn what_was_done_behind_the_stores_back_can_be_told_by_hand() {
    let [a, b] = two(&servers::single().address()).await;
    let records = [begin(&a).await.unwrap(), begin(&a).await.unwrap()];
    for record in &records {
        assert!(found(&b, handle_of(record)).await.unwrap().is_some());
    }
    assert_eq!(b.stats().size, 2);
    a.publish(&Message::Ended { handle: handle_of(&records[0]) }).await.unwrap();
    until("one is gone", || b.stats().size == 1).await;
    a.publish(&Message::Cleared).await.unwrap();
    until("all are gone", || b.stats().size == 0).await;
}

#[tokio::test]
async fn a_node_starts_and_stops_listening_and_serves_nothing_from_its_cache_meanwhile() {
    let [a, b] = two(&servers::single().address()).await;
    let record = begin(&a).await.unwrap();
    assert!(found(&b, handle_of(&record)).await.unwrap().is_some());
    assert!(b.is_running());
    b.stop().await;
    assert!(!b.is_running() && !b.is_live());
    assert_eq!(b.stats().size, 0);
    a.delete(&handle_of(&record)).await.unwrap();
    assert!(found(&b, handle_of(&record)).await.unwrap().is_none());
    assert!(!b.is_running(), "a load does not start what was stopped");
    assert!(b.health().await.unwrap().warnings.iter().any(|warning| warning.contains("near cache")));
    b.start();
    b.start();
    until_live(&b).await;
    assert!(b.health().await.unwrap().warnings.iter().all(|warning| !warning.contains("near cache")));
}

#[tokio::test]
async fn the_first_load_starts_it() {
    let store = node(&servers::single().address(), &application()).build().unwrap();
    assert!(!store.is_running());
    assert!(found(&store, random_handle()).await.unwrap().is_none());
    until_live(&store).await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_is_counted_and_taken_for_a_gap() {
    let server = servers::single();
    let application = application();
    let store = live(node(&server.address(), &application).lease(LONG)).await;
    let record = begin(&store).await.unwrap();
    assert_eq!(store.stats().size, 1);
    let channel = format!("session:{application}@changes");
    server.ask::<i64>(&["PUBLISH", &channel, r#"{"type":"session_deleted"}"#]);
    until("it was counted", || store.stats().unreadable == 1).await;
    until("the copies are gone", || store.stats().size == 0).await;
    until_live(&store).await;
    assert!(found(&store, handle_of(&record)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_client_that_has_seen_more_than_a_copy_is_given_more_once() {
    let [a, b] = two(&servers::single().address()).await;
    let first = begin(&a).await.unwrap();
    let handle = handle_of(&first);
    assert!(found(&b, handle).await.unwrap().is_some());
    let second = updated(&a, &first).await;
    // Whether the message has come or not.
    let seen = found_within(&b, handle, Freshness::AtLeast(2)).await.unwrap().unwrap();
    assert_eq!(seen.header.stamp(), second.header.stamp());
    let misses = b.stats().misses;
    assert_eq!(found_within(&b, handle, Freshness::AtLeast(2)).await.unwrap().unwrap().header.revision, 2);
    until("the message has come", || b.stats().hits > 0).await;
    assert!(b.stats().misses <= misses + 1);
}
