//! Searches of real servers: everything is found, in few round trips, and what is ended is counted exactly while others
//! log in.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use session::store::{Scan, Store};
use session::{Handle, Sessions};
use session_stores::RedisStore;
use session_tests::Shop;
use session_tests::servers::{self, Server};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{sessions, store};

/// How many sessions the tests search, unless `BULK_SESSIONS` says something else.
const SESSIONS: u64 = 2000;

fn how_many() -> u64 {
    std::env::var("BULK_SESSIONS").map_or(SESSIONS, |number| number.parse().expect("a number of sessions"))
}

/// Logs in as the users `from` to `to`, 64 at a time.
async fn log_in(sessions: &Sessions<Shop, RedisStore>, users: std::ops::Range<u64>) {
    let next = Arc::new(AtomicU64::new(users.start));
    let mut tasks = JoinSet::new();
    for _ in 0..64.min(users.end - users.start) {
        let (sessions, next, end) = (sessions.clone(), Arc::clone(&next), users.end);
        tasks.spawn(async move {
            loop {
                let user = next.fetch_add(1, Ordering::Relaxed);
                if user >= end {
                    return;
                }
                let session = sessions.create();
                session.set_user_id(Some(user.cast_signed()));
                sessions.save(&session).await.expect("the server is up");
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

/// Reads of sockets that the server has done.
fn reads(server: &Server) -> u64 {
    let stats: String = server.ask(&["INFO", "stats"]);
    let line = stats.lines().find_map(|line| line.strip_prefix("total_reads_processed:"));
    line.expect("Redis 6 or later").trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_sessions_is_no_round_trip_for_each() {
    let server = Server::start(&[]);
    let sessions = sessions(&store(RedisStore::builder(&server.address())));
    log_in(&sessions, 0..1000).await;
    let before = reads(&server);
    let mut each = sessions.each();
    let mut seen = BTreeSet::new();
    while let Some(session) = each.next().await {
        seen.insert(session.unwrap().user_id().unwrap());
    }
    assert_eq!(seen.len(), 1000);
    // A scan, the beginnings of records and the records, for each page of 200 or less; a large pipeline is several reads.
    let took = reads(&server) - before;
    assert!(took < 100, "{took} reads for 1000 sessions");
}

async fn everything_is_found_and_ended(store: RedisStore) {
    let sessions = sessions(&store);
    log_in(&sessions, 0..500).await;
    let tally = sessions.count_by(|session| session.user_id() < Some(100)).await.unwrap();
    assert_eq!((tally.matched, tally.failed), (100, 0));
    let mut ids = sessions.ids();
    let mut handles = BTreeSet::<Handle>::new();
    while let Some(handle) = ids.next().await {
        handles.insert(handle.unwrap());
    }
    assert_eq!(handles.len(), 500);
    let tally = sessions.bulk_delete(|session| session.user_id() < Some(100)).await.unwrap();
    assert_eq!((tally.ended, tally.failed), (100, 0));
    assert_eq!(store.count().await.unwrap(), 400);
    store.clear().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_searched() {
    everything_is_found_and_ended(store(RedisStore::builder(&servers::single().address()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_masters_of_a_cluster_are_searched() {
    everything_is_found_and_ended(store(RedisStore::builder(&servers::cluster().address()))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_on_the_server_is_reported_with_its_handle_and_ended() {
    let server = Server::start(&[]);
    let store = RedisStore::builder(&server.address()).application("shop").build().unwrap();
    let sessions = sessions(&store);
    log_in(&sessions, 0..3).await;
    let damaged = Handle::from_bytes([7; 16]);
    let key = format!("session:shop:{{{}}}", damaged.encode());
    let () = server.ask(&["SET", &key, "\u{2}no record at all", "EX", "1000"]);
    let tally = sessions.bulk_delete(|_| true).await.unwrap();
    assert_eq!((tally.ended, tally.failed), (3, 1));
    assert_eq!(tally.failures[0].session(), Some(damaged));
    assert!(store.delete(&damaged).await.unwrap());
}

/// The memory of this process, in KiB, as the system sees it.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// `cargo xtask bulk` runs this with a hundred thousand.
#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::print_stdout, reason = "whoever asks for a long run wants to see what it measured")]
async fn sessions_are_ended_exactly_while_others_log_in() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    let sessions = sessions(&store);
    let before = how_many();
    let started = Instant::now();
    log_in(&sessions, 0..before).await;
    let logged_in = started.elapsed();

    // Others log in as long as it takes, one after the other; they are users from `before` on, and match nothing.
    let over = Arc::new(AtomicBool::new(false));
    let newcomers = tokio::spawn({
        let (sessions, over) = (sessions.clone(), Arc::clone(&over));
        async move {
            let mut next = before;
            while !over.load(Ordering::Relaxed) {
                log_in(&sessions, next..next + 1).await;
                next += 1;
            }
            next - before
        }
    });

    let half = before.cast_signed() / 2;
    let base = memory();
    let started = Instant::now();
    let mut found = 0;
    let mut most = base;
    let mut old = sessions.find_by(move |session| session.user_id() < Some(half));
    while let Some(session) = old.next().await {
        session.unwrap();
        found += 1;
        if found % 1000 == 0 {
            most = most.max(memory());
        }
    }
    let searched = started.elapsed();
    let grown = most.zip(base).map(|(most, base)| most.saturating_sub(base));

    let started = Instant::now();
    let pages = Arc::new(AtomicU64::new(0));
    let heard = Arc::clone(&pages);
    let bulk = sessions.bulk_delete(move |session| session.user_id() < Some(half));
    let tally = bulk
        .on_progress(move |_| {
            heard.fetch_add(1, Ordering::Relaxed);
            ControlFlow::Continue(())
        })
        .await
        .unwrap();
    let deleted = started.elapsed();
    over.store(true, Ordering::Relaxed);
    let came = newcomers.await.unwrap();

    assert!(found >= half.cast_unsigned(), "every one of them lived throughout");
    assert_eq!((tally.ended, tally.failed, tally.spared), (before / 2, 0, 0));
    assert!(came > 0 && pages.load(Ordering::Relaxed) > before / 1000, "it was told of, page by page");
    assert_eq!(store.count().await.unwrap(), before - before / 2 + came, "nobody else is gone");
    let rest = sessions.count_by(move |session| session.user_id() < Some(half)).await.unwrap();
    assert_eq!(rest.matched, 0);
    if std::env::var_os("BULK_SESSIONS").is_some() {
        println!(
            "{before} sessions by {logged_in:.1?}; {found} found in {searched:.1?}, memory grew by {grown:?} KiB; \
             {} ended in {deleted:.1?}, of {} seen, in {} pages; {came} logins meanwhile",
            tally.ended,
            tally.seen,
            pages.load(Ordering::Relaxed)
        );
    }
}
