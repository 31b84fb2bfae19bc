//! Marks in Redis, for sessions that clients hold: what they cost, what replicas have of them, and what is no mark.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::Commands as _;
use session::record::{Nonce, Principal};
use session::store::{MARGIN, Marks, Revoke as _};
use session::{Error, ErrorKind, Handle};
use session_stores::RedisStore;
use session_tests::servers::{self, Server};

use super::replicas::{calls, missing, pair, waiting};
use super::{at_last, store};

const ADA: Principal = Principal([7; 16]);
const LINEAGE: Handle = Handle::from_bytes([9; 16]);
const RAISE: Nonce = Nonce([1; 8]);

async fn marks(store: &RedisStore) -> Result<(bool, u32), Error> {
    store.marks(&ADA, &LINEAGE).await.map(|marks| (marks.not_before.is_some(), marks.min_rotations))
}

/// Every key of the server, with what is left of its time.
fn keys(server: &Server) -> BTreeMap<String, Duration> {
    let mut server = server.connect();
    let keys: Vec<String> = server.keys("*").unwrap();
    let left = |key: &String| Duration::from_millis(server.pttl::<_, u64>(key).expect("a time to live"));
    keys.iter().cloned().zip(keys.iter().map(left)).collect()
}

#[tokio::test]
async fn marks_are_asked_for_in_one_round_trip_on_one_server() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    // The first one brings the script along.
    assert_eq!(marks(&store).await.unwrap(), (false, 0));
    let before = (calls(&server, "evalsha"), calls(&server, "get"));
    assert_eq!(marks(&store).await.unwrap(), (false, 0));
    // Both marks, read inside of the script.
    assert_eq!((calls(&server, "evalsha"), calls(&server, "get")), (before.0 + 1, before.1 + 2));
    assert_eq!(keys(&server), BTreeMap::new(), "asking leaves nothing");
}

#[tokio::test]
async fn a_mark_takes_one_key_that_goes_by_itself() {
    const LONGEST: Duration = Duration::from_secs(3600);
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()).marks_for(LONGEST));
    store.revoke_all(&ADA).await.unwrap();
    for round in 1..=3 {
        assert!(store.raise(&LINEAGE, round, RAISE).await.unwrap());
    }
    assert!(store.end(&LINEAGE).await.unwrap());
    assert!(store.end(&Handle::from_bytes([1; 16])).await.unwrap());
    assert_eq!(marks(&store).await.unwrap(), (true, Marks::ENDED));
    let keys = keys(&server);
    assert_eq!(keys.len(), 3, "{keys:?}");
    for (key, left) in keys {
        assert!(left <= LONGEST + MARGIN && left > LONGEST, "{key}: {left:?}");
    }
}

#[tokio::test]
async fn a_mark_that_no_replica_has_says_so_and_counts_when_it_is_tried_again() {
    let [master, replica] = pair();
    let store = waiting(&master, 1);
    replica.pause();
    // However often it is tried: that the master has it is not enough.
    for _ in 0..2 {
        let errors = [
            store.revoke_all(&ADA).await.err(),
            store.raise(&LINEAGE, 1, RAISE).await.err(),
            store.end(&Handle::from_bytes([1; 16])).await.err(),
        ];
        for error in errors {
            assert_eq!(missing(&error.expect("the replica stands still")).acknowledged, 0);
        }
    }
    assert_eq!(marks(&store).await.unwrap(), (true, 1), "the master refuses all the same");
    replica.resume();
    at_last("the revocation", async || store.revoke_all(&ADA).await).await;
    assert!(at_last("the raise", async || store.raise(&LINEAGE, 1, RAISE).await).await, "it is its own");
    assert!(!at_last("the end", async || store.end(&Handle::from_bytes([1; 16])).await).await);
    master.kill();
    replica.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
    assert_eq!(keys(&replica).len(), 3);
}

#[tokio::test]
async fn a_full_server_takes_no_mark_and_says_so() {
    let server = Server::start(&[["maxmemory-policy", "noeviction"]]);
    let store = store(RedisStore::builder(&server.address()));
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "500kb"]);
    let errors = [
        store.revoke_all(&ADA).await.err(),
        store.raise(&LINEAGE, 1, RAISE).await.err(),
        store.end(&LINEAGE).await.err(),
    ];
    for error in errors {
        let error = error.expect("a full server");
        assert_eq!(*error.kind(), ErrorKind::Full { limit: 500 << 10 }, "{error:?}");
    }
    assert_eq!(marks(&store).await.unwrap(), (false, 0));
}

#[tokio::test]
async fn what_is_no_mark_is_an_error_and_not_the_absence_of_one() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    store.revoke_all(&ADA).await.unwrap();
    store.end(&LINEAGE).await.unwrap();
    let mut other = server.connect();
    for key in keys(&server).keys() {
        let mark: Vec<u8> = other.get(key).unwrap();
        for junk in [&b""[..], b"junk?", &[1; 20]] {
            other.set::<_, _, ()>(key, junk).unwrap();
            let writing = match key.contains(":revoked:") {
                true => store.revoke_all(&ADA).await.err(),
                false => store.end(&LINEAGE).await.err(),
            };
            for error in [marks(&store).await.err(), writing] {
                assert_eq!(*error.expect("no mark").kind(), ErrorKind::Corrupt, "{key}: {junk:?}");
            }
            assert_eq!(other.get::<_, Vec<u8>>(key).unwrap(), junk, "it was touched");
        }
        other.set::<_, _, ()>(key, mark).unwrap();
    }
    assert_eq!(marks(&store).await.unwrap(), (true, Marks::ENDED));
}

#[tokio::test]
async fn marks_of_two_applications_are_two() {
    let server = servers::single();
    let (one, other) =
        (store(RedisStore::builder(&server.address())), store(RedisStore::builder(&server.address())));
    one.revoke_all(&ADA).await.unwrap();
    one.end(&LINEAGE).await.unwrap();
    assert_eq!(marks(&one).await.unwrap(), (true, Marks::ENDED));
    assert_eq!(marks(&other).await.unwrap(), (false, 0));
}
