//! Sessions go by the server's time, whatever the nodes' clocks show.

use std::sync::Arc;
use std::time::Duration;

use session::clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use session::record::Principal;
use session::store::{Index as _, Store as _, Term, Touch, Touched};
use session_stores::RedisStore;
use session_tests::redis_subject::application;
use session_tests::servers;

use super::{count, found, sessions, somebody};

/// Far more than a session's life is short.
const WRONG: u64 = 10 * 60 * 1000;

/// A node whose clock shows that.
fn node(application: &str, shows: u64) -> RedisStore {
    let patience = Duration::from_secs(20);
    let clock = Arc::new(ManualClock::at(Timestamp::from_millis(shows)));
    RedisStore::builder(&servers::single().address())
        .application(application)
        .connect_timeout(patience)
        .response_timeout(patience)
        .operation_timeout(patience)
        .clock(clock)
        .build()
        .expect("a valid store")
}

#[tokio::test]
async fn a_node_whose_clock_is_wrong_by_ten_minutes_logs_nobody_out() {
    let application = application();
    let now = SystemClock.now().as_millis();
    let clocks = [now - WRONG, now, now + WRONG];
    // The first thing that a node does may be to begin a session: then it has no answer to go by yet.
    for begins in clocks {
        let handle = somebody(&node(&application, begins)).await;
        for uses in clocks {
            let store = node(&application, uses);
            let record = found(&store, handle).await.unwrap().expect("it lives on every node");
            assert!(store.now() < record.header.deadline(), "{:?}", record.header);
            let life = record.header.idle_deadline.since(store.now());
            assert!(life > Duration::from_secs(20 * 60), "{life:?} are left of half an hour");
            let proof = record.header.credential.expect("a secret").proof;
            let touched = store.touch(&Touch::new(handle, proof, Duration::ZERO)).await.unwrap();
            assert!(matches!(touched, Touched::Until { .. }), "{touched:?}");
            count(&store, handle).await.unwrap();
        }
        let session = sessions(&node(&application, now)).get(handle).await.unwrap();
        assert_eq!((session.views(), session.user_id()), (3, Some(7)));
    }
}

#[tokio::test]
async fn a_node_learns_the_servers_time_from_its_answers() {
    let store = node(&application(), 0);
    assert_eq!(store.now(), Timestamp::default(), "nobody was asked yet");
    found(&store, session::Handle::from_bytes([1; 16])).await.unwrap();
    let (seconds, _micros): (u64, u64) = servers::single().ask(&["TIME"]);
    let off = store.now().as_millis().abs_diff(seconds * 1000);
    assert!(off < WRONG, "{off} ms off");
}

/// A session so short that the server keeps its record longer than it lives, for its own delayed create.
#[tokio::test]
async fn what_the_server_keeps_beyond_its_life_is_absent() {
    let application = application();
    let store = node(&application, 0);
    let config = session::SessionConfig::builder().idle(Duration::from_secs(1)).build().unwrap();
    let short = session::Sessions::<session_tests::Shop, _>::with_config(store.clone(), config);
    let session = short.create();
    session.set_name(Some("Ada".to_owned()));
    short.save(&session).await.unwrap();
    let handle = session.id().expect("a stored session");
    super::at_last("the end of a session of one second", async || match found(&store, handle).await? {
        Some(_) => Err(session::Error::unavailable(session::Applied::No, "it lives")),
        None => Ok(()),
    })
    .await;
    let key = format!("session:{application}:{{{}}}", handle.encode());
    let left: i64 = servers::single().ask(&["PTTL", &key]);
    assert!(left > 0, "the record is not kept any more, which is not what this is about: {left}");
}

/// The first that a node does may be a login, whose terms are told of it before anything else is.
#[tokio::test]
async fn a_first_login_is_listed_by_the_servers_time() {
    let (seconds, _micros): (u64, u64) = servers::single().ask(&["TIME"]);
    let now = seconds * 1000;
    for shows in [now - WRONG, now + WRONG] {
        let store = node(&application(), shows);
        let sessions = session::Sessions::<crate::indexes::Account, _>::new(store.clone());
        let session = sessions.create();
        session.sign_in(7);
        session.set_idp_session("sid".to_owned());
        sessions.save(&session).await.expect("it may be created");
        let deadline = found(&store, session.id().unwrap()).await.unwrap().unwrap().header.absolute_deadline;
        let listed = sessions.by_user_id(&7).list().await.unwrap();
        assert_eq!(listed.devices.len(), 1);
        let term = Term::of_principal(&Principal::of(&session.user_id()).unwrap());
        let members = store.members(&term).await.unwrap();
        assert!(members[0].until >= deadline, "{:?} {deadline:?}", members[0].until);
        assert!(members[0].until.since(deadline) < Duration::from_secs(5 * 60), "{:?}", members[0].until);
    }
}
