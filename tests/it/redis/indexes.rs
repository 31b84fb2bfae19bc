//! Indexes on real servers: what they cost, what is left of them, and that nothing outruns a revocation.

use std::collections::BTreeMap;
use std::time::Duration;

use session::{SessionConfig, SessionData, Sessions};
use session_stores::RedisStore;
use session_tests::servers::{self, Server};

#[derive(SessionData, Clone)]
pub struct Account {
    #[session(identity, index)]
    pub user_id: Option<i64>,
    pub views: u32,
}

fn sessions(address: &str, application: &str) -> Sessions<Account, RedisStore> {
    let patience = Duration::from_secs(20);
    let store = RedisStore::builder(address)
        .application(application)
        .connect_timeout(patience)
        .response_timeout(patience)
        .operation_timeout(2 * patience)
        .build()
        .unwrap();
    Sessions::with_config(store, SessionConfig::development())
}

async fn login(sessions: &Sessions<Account, RedisStore>, user: i64) -> session::Session<Account> {
    let session = sessions.create();
    session.sign_in(user);
    sessions.save(&session).await.unwrap();
    session
}

/// Each round, a login and a revocation of its user at once; how many sessions outlived both.
async fn survivors(sessions: &Sessions<Account, RedisStore>, rounds: i64) -> u64 {
    let mut survivors = 0;
    for user in 0..rounds {
        let running = sessions.create();
        running.sign_in(user);
        let of = sessions.by_user_id(&user);
        let (saved, revoked) = tokio::join!(sessions.save(&running), of.revoke_all());
        assert!(revoked.unwrap().is_complete());
        if let Err(error) = &saved {
            assert!(error.is_gone(), "{error:?}");
        }
        let id = running.id();
        if let Some(id) = id {
            survivors += u64::from(sessions.load(id).await.unwrap().is_some());
        }
        survivors += of.count().await.unwrap();
    }
    survivors
}

/// How many rounds: 300, unless `RACE_ROUNDS` says something else.
fn rounds() -> i64 {
    std::env::var("RACE_ROUNDS").map_or(300, |rounds| rounds.parse().expect("a number of rounds"))
}

#[tokio::test]
async fn no_login_outruns_a_revocation_on_one_server() {
    let sessions = sessions(&servers::single().address(), "race");
    login(&sessions, -1).await;
    assert_eq!(survivors(&sessions, rounds()).await, 0);
}

#[tokio::test]
async fn no_login_outruns_a_revocation_in_a_cluster() {
    let sessions = sessions(&servers::cluster().address(), "race");
    login(&sessions, -1).await;
    assert_eq!(survivors(&sessions, rounds()).await, 0);
}

/// The scripts that a server executed since the last time.
fn scripts(server: &Server) -> u64 {
    let stats: String = server.ask(&["INFO", "commandstats"]);
    server.ask::<()>(&["CONFIG", "RESETSTAT"]);
    let calls: BTreeMap<&str, u64> = stats
        .lines()
        .filter_map(|line| {
            let (name, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
            Some((name, rest.split(',').next()?.parse().ok()?))
        })
        .collect();
    calls.get("evalsha").copied().unwrap_or(0)
}

#[tokio::test]
async fn a_login_is_one_script_on_one_server_and_a_list_one_and_a_page() {
    let server = Server::start(&[]);
    let sessions = sessions(&server.address(), "cost");
    // The server learns the scripts.
    login(&sessions, 1).await;
    sessions.by_user_id(&1).count().await.unwrap();
    scripts(&server);
    login(&sessions, 7).await;
    assert_eq!(scripts(&server), 1, "a login");
    assert_eq!(sessions.by_user_id(&7).list().await.unwrap().devices.len(), 1);
    assert_eq!(scripts(&server), 1, "a list: one script, and the records by their keys");
}

#[tokio::test]
async fn nothing_in_the_key_space_stays_for_ever() {
    let server = Server::start(&[]);
    let sessions = sessions(&server.address(), "space");
    for user in 0..10 {
        login(&sessions, user).await;
        if user % 2 == 0 {
            assert!(sessions.by_user_id(&user).revoke_all().await.unwrap().is_complete());
        }
    }
    let keys: Vec<String> = server.ask(&["KEYS", "*"]);
    // Of the revoked: a tombstone and the bar. Of the others: the session, its place, and what is known of it.
    assert_eq!(keys.len(), 5 * 2 + 5 * 3, "{keys:?}");
    let longest = 1000 * (12 * 3600 + 120);
    for key in keys {
        let left: i64 = server.ask(&["PTTL", &key]);
        assert!((1..=longest).contains(&left), "{key} is kept for {left} ms");
    }
}
