//! What networks do between a store and its server, one fault after the other.

use std::time::Duration;

use session::store::{Load, Locator, Store as _};
use session::{Applied, ErrorKind, Handle};
use session_stores::RedisStore;
use session_stores::wrap::{TimeLimits, Timeout};
use session_tests::redis_subject::application;
use session_tests::servers::{Cable, Fault, Server, wait_until};

use super::{at_last, count, found, is_outage, signed_in, somebody, store, words};

/// A store with the default limits behind a cable, and what it is connected to.
fn wired() -> (Server, Cable, RedisStore) {
    let server = Server::start(&[]);
    let cable = Cable::to(server.port());
    let store = RedisStore::builder(&cable.address()).application(&application()).build().unwrap();
    (server, cable, store)
}

#[tokio::test]
async fn a_store_comes_back_from_every_fault_of_the_network_by_itself() {
    let (_server, cable, store) = wired();
    let handle = at_last("a session", async || signed_in(&store).await).await;
    for fault in [Fault::Cut, Fault::Reset, Fault::BlackHole, Fault::NoAnswers] {
        cable.suffers(fault);
        for _ in 0..3 {
            let answer = found(&store, handle).await;
            assert!(is_outage(&answer), "{fault:?}: {answer:?}");
            assert!(is_outage(&store.health().await), "{fault:?}");
        }
        cable.suffers(Fault::None);
        let record = at_last("a session after the fault", async || found(&store, handle).await).await;
        assert!(record.is_some(), "{fault:?}");
        at_last("a commit after the fault", async || count(&store, handle).await).await;
    }
}

#[tokio::test]
async fn a_connection_whose_far_end_is_gone_is_given_up_after_one_silence() {
    let (_server, cable, store) = wired();
    let handle = at_last("a session", async || signed_in(&store).await).await;
    cable.suffers(Fault::HalfOpen);
    let answer = found(&store, handle).await;
    assert!(words(&answer.expect_err("nobody is there")).contains("no answer"));
    // Over a new connection, while the fault of the old one lasts.
    assert!(at_last("a session", async || found(&store, handle).await).await.is_some());
}

/// As over TLS to a server that is far away.
#[tokio::test]
async fn a_connection_is_made_also_where_that_takes_longer_than_any_operation_may() {
    let (_server, cable, store) = wired();
    // A greeting is two questions at least: 240 ms, and an answer comes after 120 ms.
    cable.suffers(Fault::Slow(Duration::from_millis(60)));
    let limits = TimeLimits { load: Duration::from_millis(200), ..TimeLimits::default() };
    let store = Timeout::new(store, limits).unwrap();
    let nobody = Locator::Handle(Handle::from_bytes([7; 16]));
    let answer = at_last("an answer", async || store.load(&nobody).await).await;
    assert!(matches!(answer, Load::Absent));
}

/// Connecting takes as long as an operation may, so that whoever waited for it has no time left, again and again.
#[tokio::test]
async fn an_operation_whose_own_time_runs_out_takes_no_connection_along() {
    let server = Server::start(&[]);
    let cable = Cable::to(server.port());
    let store = RedisStore::builder(&cable.address())
        .application(&application())
        .connect_timeout(Duration::from_secs(20))
        .response_timeout(Duration::from_secs(10))
        .operation_timeout(Duration::from_millis(300))
        .build()
        .unwrap();
    cable.suffers(Fault::Slow(Duration::from_millis(60)));
    let connections = || {
        let stats: String = server.ask(&["INFO", "stats"]);
        let line = stats.lines().find_map(|line| line.strip_prefix("total_connections_received:"));
        line.expect("a counter").parse::<u32>().expect("a number")
    };
    let before = connections();
    let mut pace = tokio::time::interval(Duration::from_millis(10));
    let mut loads = tokio::task::JoinSet::new();
    for _ in 0..100 {
        pace.tick().await;
        let store = store.clone();
        loads.spawn(async move { found(&store, Handle::from_bytes([7; 16])).await });
    }
    let answers = loads.join_all().await;
    assert!(answers.iter().any(is_outage), "nobody's time ran out");
    assert!(at_last("an answer", async || found(&store, Handle::from_bytes([7; 16])).await).await.is_none());
    assert_eq!(connections() - before, 2, "the store's one, and that of this question");
}

#[tokio::test]
async fn a_commit_whose_answer_was_dropped_is_made_once() {
    let (_server, cable, store) = wired();
    let sessions = super::sessions(&store);
    let handle = at_last("a session", async || signed_in(&store).await).await;
    let session = at_last("the session", async || sessions.get(handle).await).await;
    session.update_views(|views| *views += 1);
    cable.suffers(Fault::NoAnswers);
    let lost = sessions.save(&session).await.expect_err("no answer");
    assert!(
        matches!(lost.kind(), ErrorKind::Unavailable { applied: Applied::Unknown, .. }),
        "it arrived: {lost:?}"
    );
    cable.suffers(Fault::None);
    at_last("the same commit again", async || sessions.save(&session).await).await;
    assert_eq!(at_last("the session", async || sessions.get(handle).await).await.views(), 1);
}

/// What a network holds back arrives when everybody has given it up: a logout that came before wins over it.
#[tokio::test]
async fn a_commit_that_arrives_after_the_logout_brings_nothing_back() {
    let (server, cable, store) = wired();
    let sessions = super::sessions(&store);
    let handle = at_last("a session", async || signed_in(&store).await).await;
    let session = at_last("the session", async || sessions.get(handle).await).await;
    session.update_views(|views| *views += 1);
    cable.suffers(Fault::BlackHole);
    assert!(is_outage(&sessions.save(&session).await));
    let direct = direct(&store, &server);
    assert!(direct.delete(&handle).await.unwrap());
    let scripts = calls(&server, "evalsha");
    cable.suffers(Fault::None);
    wait_until("the late commit has arrived", || calls(&server, "evalsha") > scripts);
    assert!(found(&direct, handle).await.unwrap().is_none());
}

/// A store of the same keys, past the cable.
fn direct(store: &RedisStore, server: &Server) -> RedisStore {
    let text = format!("{store:?}");
    let root = text.split("root: \"session:").nth(1).and_then(|rest| rest.split(':').next()).expect("keys");
    RedisStore::builder(&server.address()).application(root).build().unwrap()
}

/// How often the server has executed a command.
fn calls(server: &Server, command: &str) -> u64 {
    let stats: String = server.ask(&["INFO", "commandstats"]);
    let prefix = format!("cmdstat_{command}:calls=");
    let calls = stats.lines().find_map(|line| line.strip_prefix(&prefix)?.split(',').next()?.parse().ok());
    calls.unwrap_or(0)
}

#[tokio::test]
async fn a_slow_and_a_narrow_network_are_no_outage() {
    let server = Server::start(&[]);
    let cable = Cable::to(server.port());
    // With patience: it is the store that is tested, and not this machine.
    let store = store(RedisStore::builder(&cable.address()));
    let handle = somebody(&store).await;
    for (fault, views) in [(Fault::Slow(Duration::from_millis(40)), 1), (Fault::Narrow(20_000), 2)] {
        cable.suffers(fault);
        assert_eq!(count(&store, handle).await.unwrap(), views, "{fault:?}");
    }
}
