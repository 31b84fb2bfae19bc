//! What ends a session or a secret can wait for replicas.

use std::error::Error as _;
use std::time::Duration;

use session::store::Store as _;
use session::{Applied, Error, ErrorKind, SessionConfig, Sessions};
use session_stores::RedisStore;
use session_stores::redis::NotReplicated;
use session_stores::wrap::{Breaker, BreakerConfig, CircuitBreaker, Retry, RetryBudget, RetryPolicy};
use session_tests::Shop;
use session_tests::redis_subject::application;
use session_tests::servers::{Server, Watched, wait_until};

use super::{at_last, count, found, signed_in, somebody, store};

/// A master and its replica.
pub(super) fn pair() -> [Server; 2] {
    let settings = [["repl-diskless-sync-delay", "0"]];
    let servers = [Server::start(&settings), Server::start(&settings)];
    servers[1].ask::<()>(&["REPLICAOF", "127.0.0.1", &servers[0].port().to_string()]);
    wait_until("the replica follows", || {
        servers[1].ask::<String>(&["INFO", "replication"]).contains("master_link_status:up")
    });
    servers
}

/// Waits for that many, and not long for those who are missing.
pub(super) fn waiting(server: &Server, replicas: u32) -> RedisStore {
    store(RedisStore::builder(&server.address()).replicas_ack(replicas, Duration::from_millis(300)))
}

/// With a patience for whoever is there.
fn patient(server: &Server) -> RedisStore {
    store(RedisStore::builder(&server.address()).replicas_ack(1, Duration::from_secs(10)))
}

pub(super) fn missing(error: &Error) -> NotReplicated {
    assert!(
        matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::Unknown, .. }),
        "the master has made it: {error:?}"
    );
    let mut source = error.source();
    while let Some(found) = source {
        if let Some(missing) = found.downcast_ref::<NotReplicated>() {
            return *missing;
        }
        source = found.source();
    }
    panic!("{error:?}")
}

pub(super) fn calls(server: &Server, command: &str) -> u64 {
    let stats: String = server.ask(&["INFO", "commandstats"]);
    let prefix = format!("cmdstat_{command}:calls=");
    let calls = stats.lines().find_map(|line| line.strip_prefix(&prefix)?.split(',').next()?.parse().ok());
    calls.unwrap_or(0)
}

#[tokio::test]
async fn a_logout_counts_when_the_replica_has_it_and_nothing_else_waits() {
    let [master, replica] = pair();
    let store = patient(&master);
    let handle = somebody(&store).await;
    assert_eq!(count(&store, handle).await.unwrap(), 1);
    assert_eq!(calls(&master, "wait"), 0, "ordinary commits do not wait");
    // The first one brings the script along.
    let other = somebody(&store).await;
    assert!(store.delete(&other).await.unwrap());
    let before = calls(&master, "wait");
    assert!(store.delete(&handle).await.unwrap());
    assert_eq!(calls(&master, "wait"), before + 1);
    // The replica alone, from now on.
    master.kill();
    replica.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
    let keys: Vec<String> = replica.ask(&["KEYS", &format!("*{{{}}}", handle.encode())]);
    let mark: Vec<u8> = replica.ask(&["GET", &keys[0]]);
    assert_eq!((mark.len(), mark[0]), (9, 0), "the mark of the delete");
}

#[tokio::test]
async fn a_strict_rotation_waits_and_a_new_session_does_not() {
    let [master, _replica] = pair();
    let sessions: Sessions<Shop, RedisStore> =
        Sessions::with_config(patient(&master), SessionConfig::default());
    let session = sessions.create();
    session.set_views(1);
    sessions.save(&session).await.unwrap();
    assert_eq!(calls(&master, "wait"), 0, "there is no older secret");
    session.sign_in(7);
    sessions.save(&session).await.unwrap();
    assert_eq!(calls(&master, "wait"), 1);
}

#[tokio::test]
async fn a_logout_that_no_replica_has_says_so_and_counts_when_it_is_tried_again() {
    let [master, replica] = pair();
    let store = waiting(&master, 1);
    let handle = somebody(&store).await;
    replica.pause();
    let error = store.delete(&handle).await.expect_err("the replica stands still");
    assert_eq!(missing(&error), NotReplicated { wanted: 1, acknowledged: 0 });
    assert!(found(&store, handle).await.unwrap().is_none(), "the master has ended it all the same");
    // Still nobody has it, however often it is tried: that the master finds it ended is not enough.
    for _ in 0..5 {
        let error = store.delete(&handle).await.expect_err("the replica stands still");
        assert_eq!(missing(&error).acknowledged, 0);
    }
    // Others are not held up by those who wait.
    let other = somebody(&store).await;
    assert_eq!(count(&store, other).await.unwrap(), 1);
    replica.resume();
    at_last("the logout", async || store.delete(&handle).await).await;
    at_last("another logout", async || store.delete(&other).await).await;
    assert!(found(&store, other).await.unwrap().is_none());
}

#[tokio::test]
async fn replicas_that_are_missing_are_a_warning_and_open_no_circuit() {
    let master = Server::start(&[]);
    let store = waiting(&master, 2);
    let health = store.health().await.unwrap();
    let [warning] = &health.warnings[..] else { panic!("{health:?}") };
    assert!(warning.contains("has 0 replicas") && warning.contains("waits for 2"), "{warning}");

    let eager =
        BreakerConfig { minimum_calls: 1, failures: 1, failure_percent: 1, ..BreakerConfig::default() };
    let breaker = CircuitBreaker::new(store.clone(), eager).unwrap();
    let handle = somebody(&store).await;
    let error = breaker.delete(&handle).await.expect_err("no replicas");
    assert_eq!(missing(&error).wanted, 2);
    assert!(breaker.monitor().circuits().iter().all(|view| view.state == Breaker::Closed));
    // Retried, the answer is the same, and no lie about the delete before.
    let policy = RetryPolicy { attempts: 2, deadline: Duration::from_secs(60), ..RetryPolicy::default() };
    let retry = Retry::new(store, policy, RetryBudget::default()).unwrap();
    assert_eq!(missing(&retry.delete(&handle).await.expect_err("no replicas")).acknowledged, 0);
}

/// The one that Sentinel names changes; the connections that wait go along.
#[tokio::test]
async fn after_a_failover_logouts_wait_for_the_new_masters_replicas() {
    let watched = Watched::start();
    let builder = RedisStore::builder(&watched.address()).replicas_ack(1, Duration::from_millis(200));
    let store = super::quick(builder);
    let ended = at_last("a session", async || signed_in(&store).await).await;
    let kept = at_last("a session", async || signed_in(&store).await).await;
    at_last("a logout", async || store.delete(&ended).await).await;
    let gone = watched.master().port();
    watched.master().kill();
    watched.wait_for_other_than(gone);
    at_last("the new master", async || signed_in(&store).await).await;
    assert!(found(&store, ended).await.unwrap().is_none(), "an acknowledged logout survives the failover");
    // The new master has no replica: it cannot be promised.
    let error = at_last("an answer of the new master", async || match store.delete(&kept).await {
        Err(error) if error.source().is_some_and(<dyn std::error::Error + 'static>::is::<NotReplicated>) => {
            Ok(error)
        }
        Err(error) => Err(error),
        Ok(_) => panic!("nobody else has it"),
    })
    .await;
    assert_eq!(missing(&error).acknowledged, 0);
    let master = watched.master();
    // The script came by its text: a replica does not know what its master was given.
    let errors: String = master.ask(&["INFO", "errorstats"]);
    assert!(errors.contains("errorstat_NOSCRIPT"), "{errors}");
}

#[test]
fn waiting_that_cannot_be_meant_is_refused() {
    let problems = |count, within| {
        let builder = RedisStore::builder("redis://127.0.0.1:1").replicas_ack(count, within);
        match builder.build().expect_err("a refusal").kind() {
            ErrorKind::Config(problems) => problems.join("; "),
            other => panic!("{other:?}"),
        }
    };
    assert!(problems(0, Duration::from_millis(100)).contains("0 replicas"));
    assert!(problems(1, Duration::ZERO).contains("response_timeout"));
    assert!(problems(1, Duration::from_millis(250)).contains("response_timeout"));
    let taken = || std::future::ready(Err::<redis::aio::MultiplexedConnection, _>("none"));
    let builder = RedisStore::builder_over(taken).replicas_ack(1, Duration::from_millis(100));
    assert!(matches!(builder.build().expect_err("a refusal").kind(), ErrorKind::Config(_)));
}

/// More at once than there are connections for them: whatever was not made in time was not sent either.
#[tokio::test]
async fn logouts_that_no_replica_has_are_made_or_never_sent() {
    let [master, replica] = pair();
    let builder = RedisStore::builder(&master.address());
    let builder = builder.response_timeout(Duration::from_secs(20)).operation_timeout(Duration::from_secs(4));
    let builder = builder.application(&application()).connect_timeout(Duration::from_secs(20));
    let store = builder.replicas_ack(1, Duration::from_secs(1)).build().unwrap();
    let mut handles = Vec::new();
    for _ in 0..41 {
        handles.push(at_last("a session", async || signed_in(&store).await).await);
    }
    // Brings the script along.
    at_last("a delete", async || store.delete(&handles[0]).await).await;
    let handles = &handles[1..];
    replica.pause();
    let deletes = handles.iter().map(|handle| store.delete(handle));
    let answers = futures_util::future::join_all(deletes).await;
    let (mut made, mut unsent) = (0, 0);
    for (handle, answer) in handles.iter().zip(answers) {
        let error = answer.expect_err("the replica stands still");
        let lives = at_last("the master's word", async || found(&store, *handle).await).await.is_some();
        if matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::No, .. }) {
            unsent += 1;
            assert!(lives, "it was not sent");
        } else {
            made += 1;
            assert!(!lives, "the master has made it: {error:?}");
        }
    }
    assert!(made > 0 && unsent > 0, "{made} {unsent}");
}
