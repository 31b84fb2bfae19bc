//! What a server can say no with, and what that means: never "there is no session".

use std::time::Duration;

use redis::Commands as _;
use session::store::{Scan as _, Store as _, Touch, Touched};
use session::{Applied, Error, ErrorKind, Handle};
use session_stores::RedisStore;
use session_tests::servers::{self, Certificates, PASSWORD, Server, USER, ask};

use super::{count, found, is_outage, quick, signed_in, somebody, store, words};

/// The key of a session of that store.
fn key(store: &RedisStore, handle: Handle) -> String {
    let text = format!("{store:?}");
    let root = text.split("root: \"").nth(1).and_then(|rest| rest.split('"').next()).expect("the keys' root");
    format!("{root}{}}}", handle.encode())
}

fn surely_not_applied<V: std::fmt::Debug>(answer: Result<V, Error>) -> Error {
    let error = answer.expect_err("a refusal");
    let ErrorKind::Unavailable { applied, .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(*applied, Applied::No, "{error:?}");
    error
}

#[tokio::test]
async fn a_full_server_takes_no_session_and_lets_every_session_end() {
    let server = Server::start(&[["maxmemory-policy", "noeviction"]]);
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    let before = found(&store, handle).await.unwrap().expect("it lives");
    let proof = before.header.credential.as_ref().expect("a secret").proof;

    // Less than it takes when it is empty.
    server.ask::<()>(&["CONFIG", "SET", "maxmemory", "500kb"]);

    let refused = count(&store, handle).await.expect_err("a full server");
    assert_eq!(*refused.kind(), ErrorKind::Full { limit: 500 << 10 }, "{refused:?}");
    assert!(signed_in(&store).await.is_err());
    assert_eq!(found(&store, handle).await.unwrap().expect("it lives").header, before.header);
    // What takes no memory goes on: being used, and ending.
    let touched = store.touch(&Touch::new(handle, proof, Duration::ZERO)).await.unwrap();
    assert!(matches!(touched, Touched::Until { .. }), "{touched:?}");
    assert!(store.delete(&handle).await.unwrap());
    assert!(found(&store, handle).await.unwrap().is_none());
    let mark: Vec<u8> = server.connect().get(key(&store, handle)).unwrap();
    assert_eq!((mark.len(), mark[0]), (9, 0), "the mark of the delete");
}

#[tokio::test]
async fn what_is_no_record_is_corrupt_and_not_absent() {
    let server = servers::single();
    let store = store(RedisStore::builder(&server.address()));
    let mut other = server.connect();
    for (number, junk) in [&b"junk"[..], &[1; 40], &[0, 1, 2], &[1, 1, 4]].into_iter().enumerate() {
        let handle = Handle::from_bytes([u8::try_from(number).unwrap(); 16]);
        other.set::<_, _, ()>(key(&store, handle), junk).unwrap();
        let touch = Touch::new(handle, session::Proof::from_bytes([1; 32]), Duration::ZERO);
        let errors = [found(&store, handle).await.err(), store.touch(&touch).await.err()];
        for error in errors.into_iter().skip(usize::from(junk[0] == 0)) {
            let error = error.expect("no record");
            let is_named = matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::TooNew { .. });
            assert!(is_named, "{junk:?}: {error:?}");
        }
        // Whatever it is, it can be ended.
        assert!(store.delete(&handle).await.unwrap());
        assert!(found(&store, handle).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_record_of_a_newer_program_is_kept_for_it() {
    let server = servers::single();
    let store = store(RedisStore::builder(&server.address()));
    let mut other = server.connect();
    for (offset, bit) in [(0, 2), (3, 0x80)] {
        let handle = somebody(&store).await;
        let key = key(&store, handle);
        let mut record: Vec<u8> = other.get(&key).unwrap();
        let session = super::sessions(&store).get(handle).await.unwrap();
        session.set_name(Some("Ada".to_owned()));
        record[offset] |= bit;
        other.set::<_, _, ()>(&key, &record).unwrap();
        let error = found(&store, handle).await.expect_err("a newer format");
        assert!(matches!(error.kind(), ErrorKind::TooNew { .. }), "{error:?}");
        let error = super::sessions(&store).save(&session).await.expect_err("a newer format");
        assert!(matches!(error.kind(), ErrorKind::TooNew { .. }), "{error:?}");
        assert_eq!(other.get::<_, Vec<u8>>(&key).unwrap(), record, "it was touched");
        assert!(store.delete(&handle).await.unwrap());
    }
}

#[tokio::test]
async fn another_kind_of_value_under_a_sessions_key_is_corrupt() {
    let server = servers::single();
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    let session = super::sessions(&store).get(handle).await.unwrap();
    session.set_name(Some("Ada".to_owned()));
    let mut other = server.connect();
    other.del::<_, ()>(key(&store, handle)).unwrap();
    other.rpush::<_, _, ()>(key(&store, handle), "x").unwrap();
    let errors = [
        found(&store, handle).await.err(),
        super::sessions(&store).save(&session).await.err(),
        store.delete(&handle).await.err(),
    ];
    for error in errors {
        assert_eq!(*error.expect("no record").kind(), ErrorKind::Corrupt);
    }
}

#[tokio::test]
async fn a_script_that_the_server_forgot_is_sent_again() {
    let server = Server::start(&[]);
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    for views in 1..4 {
        server.ask::<()>(&["SCRIPT", "FLUSH"]);
        assert_eq!(count(&store, handle).await.unwrap(), views);
    }
    server.ask::<()>(&["SCRIPT", "FLUSH"]);
    assert!(store.delete(&handle).await.unwrap());
}

#[tokio::test]
async fn a_user_that_may_too_little_is_told_so() {
    let secured = servers::secured();
    let certificates = secured.certificates();
    let to = |user: &str, password: &str| {
        let builder = RedisStore::builder(&secured.address_of(user, password))
            .root_certificate(certificates.root.as_str())
            .client_certificate(certificates.client.as_str(), certificates.client_key.as_str());
        store(builder)
    };
    secured.server().ask::<()>(&["ACL", "SETUSER", "guest", "reset", "on", ">guest", "~*", "+get"]);
    let guest = to("guest", "guest");
    assert!(found(&guest, Handle::from_bytes([1; 16])).await.unwrap().is_none());
    let error = surely_not_applied(signed_in(&guest).await);
    assert!(words(&error).contains("may not do this"), "{}", words(&error));

    let error = surely_not_applied(found(&to(USER, "wrong"), Handle::from_bytes([1; 16])).await);
    assert!(words(&error).contains("user or the password"), "{}", words(&error));
    assert!(!words(&error).contains("wrong"), "{}", words(&error));

    // The user of the documentation may do everything that the store does, and nothing besides its own keys.
    let user = to(USER, PASSWORD);
    let handle = somebody(&user).await;
    assert_eq!(count(&user, handle).await.unwrap(), 1);
    assert_eq!(user.count().await.unwrap(), 1);
    assert_eq!(user.health().await.unwrap().servers.len(), 1);
}

#[tokio::test]
async fn a_certificate_of_nobody_trusted_is_no_server() {
    let secured = servers::secured();
    let ours = secured.certificates();
    // All that the server asks for: what is missing is trust in it.
    let trusting = |root: Option<&str>| {
        let builder = RedisStore::builder(&secured.address())
            .client_certificate(ours.client.as_str(), ours.client_key.as_str());
        store(match root {
            Some(root) => builder.root_certificate(root),
            None => builder,
        })
    };
    let handle = Handle::from_bytes([1; 16]);
    let foreign = Certificates::make();
    for root in [None, Some(&*foreign.root)] {
        surely_not_applied(found(&trusting(root), handle).await);
    }
    assert!(found(&trusting(Some(&ours.root)), handle).await.unwrap().is_none());
}

#[tokio::test]
async fn a_replica_is_no_place_for_sessions() {
    let (master, server) = (servers::single(), Server::start(&[]));
    let store = quick(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    let port = master.port().to_string();
    // Demoted under the store's feet: what it was told is not done, and what it would read is not believed.
    let session = super::sessions(&store).get(handle).await.unwrap();
    session.set_name(Some("Ada".to_owned()));
    server.ask::<()>(&["REPLICAOF", "127.0.0.1", &port]);
    let error = surely_not_applied(super::sessions(&store).save(&session).await);
    assert!(words(&error).contains("READONLY") || words(&error).contains("replica"), "{}", words(&error));
    assert!(is_outage(&found(&store, handle).await));
    server.ask::<()>(&["REPLICAOF", "NO", "ONE"]);
    super::at_last("a session on a master", async || signed_in(&store).await).await;
}

#[tokio::test]
async fn a_server_that_is_busy_with_a_script_did_nothing() {
    let server = Server::start(&[["lua-time-limit", "20"]]);
    let store = store(RedisStore::builder(&server.address()));
    let handle = somebody(&store).await;
    let busy = std::thread::spawn({
        let mut connection = server.connect();
        move || redis::cmd("EVAL").arg("while true do end").arg(0).query::<()>(&mut connection).is_err()
    });
    let error = super::at_last("BUSY", async || match found(&store, handle).await {
        Err(error) if words(&error).contains("BUSY") => Ok(error),
        Err(error) => Err(error),
        // Not begun yet.
        Ok(_) => Err(Error::unavailable(Applied::No, "not busy yet")),
    });
    surely_not_applied::<()>(Err(error.await));
    ask::<()>(&mut server.connect(), &["SCRIPT", "KILL"]);
    assert!(busy.join().expect("the script's thread"));
    assert_eq!(count(&store, handle).await.unwrap(), 1);
}

#[tokio::test]
async fn while_a_server_reads_its_disk_no_session_is_absent() {
    let slowly = [
        // A hundredth of a second for every key that it reads when it starts; every four keys it looks around.
        ["key-load-delay", "10000"],
        ["loading-process-events-interval-bytes", "1024"],
    ];
    let server = Server::start(&[servers::KEEPS_WRITES, slowly].concat());
    let store = quick(RedisStore::builder(&server.address()));
    let mut handles = Vec::new();
    for _ in 0..300 {
        handles.push(somebody(&store).await);
    }
    server.ask::<()>(&["BGREWRITEAOF"]);
    servers::wait_until("the log is rewritten", || {
        let persistence: String = server.ask(&["INFO", "persistence"]);
        persistence.contains("aof_rewrite_in_progress:0") && persistence.contains("aof_rewrite_scheduled:0")
    });
    server.kill();
    let starting = tokio::task::spawn_blocking(move || {
        server.start_again();
        server
    });
    let mut refusals = std::collections::BTreeSet::new();
    while !starting.is_finished() {
        match found(&store, handles[0]).await {
            Ok(record) => assert!(record.is_some(), "a session was absent while the server was loading"),
            Err(error) => drop(refusals.insert(words(&error))),
        }
        tokio::task::yield_now().await;
    }
    let _server = starting.await.expect("the server starts again");
    assert!(
        refusals.iter().any(|words| words.contains("is loading")),
        "it was never seen loading: {refusals:?}"
    );
    for handle in handles {
        let record = super::at_last("a session after loading", async || found(&store, handle).await).await;
        assert!(record.is_some());
    }
}
