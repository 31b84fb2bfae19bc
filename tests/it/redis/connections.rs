//! One server, and what can happen to the connection to it.

use std::sync::Arc;
use std::time::Duration;

use session::store::{Scan as _, Store as _};
use session::{Applied, ErrorKind, Handle};
use session_stores::RedisStore;
use session_tests::redis_subject::application;
use session_tests::servers::{self, KEEPS_WRITES, Server};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{at_last, count, found, is_outage, quick, signed_in, somebody, store, words};

#[tokio::test]
async fn a_connection_that_was_closed_while_nobody_used_it_costs_nobody_an_error() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    // On the store's own runtime: once it is answered, it has seen what was closed before.
    let client = redis::Client::open(server.address()).unwrap();
    for _ in 0..20 {
        let mut beside = client.get_multiplexed_async_connection().await.unwrap();
        let mut kill = redis::cmd("CLIENT");
        kill.arg("KILL").arg("TYPE").arg("normal").arg("SKIPME").arg("yes");
        assert!(kill.query_async::<i64>(&mut beside).await.unwrap() >= 1, "the store's connection");
        for _ in 0..3 {
            redis::cmd("PING").exec_async(&mut beside).await.unwrap();
        }
        assert!(found(&store, handle).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_server_that_was_killed_is_an_outage_and_back_when_it_is_back() {
    let server = Server::start(&KEEPS_WRITES);
    let store = quick(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    count(&store, handle).await.unwrap();
    server.kill();
    for _ in 0..5 {
        let refused = found(&store, handle).await.expect_err("an outage");
        assert!(refused.is_unavailable(), "{refused:?}");
        assert!(is_outage(&signed_in(&store).await));
        assert!(is_outage(&store.delete(&handle).await));
        assert!(is_outage(&store.health().await));
    }
    // Known not to have been sent, and when to come again.
    let refused = found(&store, handle).await.expect_err("an outage");
    assert!(matches!(refused.kind(), ErrorKind::Unavailable { applied: Applied::No, .. }), "{refused:?}");
    server.start_again();
    let views = at_last("a session after a restart", async || count(&store, handle).await).await;
    assert_eq!(views, 2);
}

/// With the defaults: whoever waits for a session is told within a second that there is none to be had.
#[tokio::test]
async fn a_server_that_answers_nobody_holds_nobody_for_a_second() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(&server.address()).application(&application()).build().unwrap();
    let handle = at_last("a session", async || signed_in(&store).await).await;
    server.pause();
    for _ in 0..6 {
        let second = Duration::from_secs(1);
        let answer = timeout(second, found(&store, handle)).await.expect("an answer within a second");
        assert!(is_outage(&answer), "{answer:?}");
    }
    server.resume();
    at_last("a session after a standstill", async || count(&store, handle).await).await;
}

#[tokio::test]
async fn a_commit_without_an_answer_is_made_once() {
    let server = Server::start(&[]);
    let store = quick(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    let sessions = super::sessions(&store);
    let session = sessions.get(handle).await.unwrap();
    session.update_views(|views| *views += 1);
    server.pause();
    let lost = sessions.save(&session).await.expect_err("no answer");
    assert!(
        matches!(lost.kind(), ErrorKind::Unavailable { applied: Applied::Unknown, .. }),
        "it was sent: {lost:?}"
    );
    server.resume();
    // It has been made by now, or not; asked again under its nonce, it is made once.
    at_last("the same commit again", async || sessions.save(&session).await).await;
    assert_eq!(sessions.get(handle).await.unwrap().views(), 1);
}

#[tokio::test]
async fn dropping_an_operation_at_any_point_leaves_the_store_as_good_as_before() {
    let server = servers::single();
    let store = store(RedisStore::builder(&server.address()).max_in_flight(4).max_waiting(1));
    let handle = somebody(&store).await;
    for polls in 0..60 {
        let mut operation = Box::pin(count(&store, handle));
        for _ in 0..polls {
            let waker = std::task::Waker::noop();
            if operation.as_mut().poll(&mut std::task::Context::from_waker(waker)).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(operation);
    }
    // Every place is free again, and the record is whole.
    let before = found(&store, handle).await.unwrap().expect("it lives").header.revision;
    let views = super::sessions(&store).get(handle).await.unwrap().views();
    assert_eq!(u64::from(views), before - 1, "each commit counted once");
    let mut operations = JoinSet::new();
    for _ in 0..4 {
        let store = store.clone();
        operations.spawn(async move { found(&store, handle).await.map(|record| record.is_some()) });
    }
    while let Some(answer) = operations.join_next().await {
        assert!(answer.unwrap().unwrap());
    }
}

#[tokio::test]
async fn more_operations_than_the_store_was_built_for_are_refused_at_once() {
    let server = Server::start(&[]);
    let store = Arc::new(store(RedisStore::builder(&server.address()).max_in_flight(3).max_waiting(2)));
    let handle = somebody(&store).await;
    server.pause();
    let mut operations = JoinSet::new();
    for _ in 0..20 {
        let store = Arc::clone(&store);
        operations.spawn(async move { found(&*store, handle).await.map(|record| record.is_some()) });
    }
    let mut refused = 0;
    // Five are waiting for a server that stands still; the others have an answer.
    while refused < 15 {
        let answer = operations.join_next().await.expect("an answer").expect("a task");
        let error = answer.expect_err("no place");
        assert!(words(&error).contains("too many operations"), "{}", words(&error));
        refused += 1;
    }
    server.resume();
    while let Some(answer) = operations.join_next().await {
        assert!(answer.unwrap().unwrap());
    }
}

#[tokio::test]
async fn shutting_down_lets_operations_end_and_none_begin() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    server.pause();
    let under_way = tokio::spawn({
        let store = store.clone();
        async move { count(&store, handle).await }
    });
    while !format!("{store:?}").contains("in_flight: 1") {
        tokio::task::yield_now().await;
    }
    assert_eq!(store.shutdown(Duration::from_millis(1)).await, 1, "one has not ended");
    assert!(words(&found(&store, handle).await.expect_err("the store is shut down")).contains("shut down"));
    server.resume();
    assert_eq!(store.shutdown(Duration::from_secs(60)).await, 0);
    // It had loaded the session before the door was closed, so its commit found it closed; nothing was lost unsaid.
    assert!(is_outage(&under_way.await.unwrap()));
    let clients: String = server.ask(&["CLIENT", "LIST", "TYPE", "normal"]);
    assert_eq!(clients.lines().count(), 1, "the store's connection is open still: {clients}");
}

#[tokio::test]
async fn a_socket_a_database_and_the_apps_own_client_are_servers_too() {
    let folder = servers::single().folder().to_owned();
    let socket = folder.join("redis.sock");
    let path = socket.to_str().unwrap().to_owned();
    let server = Server::start(&[["unixsocket", &path]]);
    let client = redis::Client::open(format!("redis://127.0.0.1:{}/7", server.port())).unwrap();
    let builders = [
        RedisStore::builder(&format!("unix://{path}?db=5")),
        RedisStore::builder(&format!("{}/6", server.address())),
        RedisStore::builder_of(&client),
    ];
    for (builder, database) in builders.into_iter().zip(5..) {
        let store = store(builder);
        let handle = somebody(&store).await;
        assert_eq!(count(&store, handle).await.unwrap(), 1);
        let keyspace: String = server.ask(&["INFO", "keyspace"]);
        assert!(keyspace.contains(&format!("db{database}:keys=1,")), "{keyspace}");
    }
}

#[tokio::test]
async fn two_applications_in_one_database_do_not_see_each_other() {
    let server = servers::single();
    let [one, other] = [(); 2].map(|()| store(RedisStore::builder(&server.address())));
    let handle = somebody(&one).await;
    somebody(&other).await;
    assert!(found(&other, handle).await.unwrap().is_none());
    assert!(!other.delete(&handle).await.unwrap());
    assert_eq!(one.clear().await.unwrap(), 1);
    assert_eq!(other.count().await.unwrap(), 1);
}

#[tokio::test]
async fn an_address_chosen_at_run_time_is_a_store() {
    let address = servers::single().address();
    let store = session_stores::connect(&address).unwrap();
    assert!(found(&store, Handle::from_bytes([1; 16])).await.unwrap().is_none());
    assert!(store.count().await.is_ok());
    let health = store.health().await.unwrap();
    assert_eq!(health.servers[0].role, "master");
    let wrong = session_stores::connect("redis://user:geheim@host:port").expect_err("no address");
    assert!(matches!(wrong.kind(), ErrorKind::Config(_)) && !wrong.to_string().contains("geheim"), "{wrong}");
}

#[tokio::test]
async fn a_server_that_may_forget_sessions_is_a_warning() {
    let server = Server::start(&[["maxmemory", "64mb"], ["maxmemory-policy", "allkeys-lru"]]);
    let health = store(RedisStore::builder(&server.address())).health().await.unwrap();
    let [warning] = &health.warnings[..] else { panic!("{health:?}") };
    assert!(warning.contains("allkeys-lru") && warning.contains("noeviction"), "{warning}");
    let [server_health] = &health.servers[..] else { panic!("{health:?}") };
    assert_eq!(server_health.name, format!("127.0.0.1:{}", server.port()));
}
