use std::sync::Arc;

use session::config::{SessionConfig, SessionLimit, WhenFull};
use session::{ErrorKind, Session};

use super::{Account, Place};

fn at_most(most: u32, when_full: WhenFull) -> SessionConfig {
    let limit = SessionLimit { most: Some(most), when_full };
    SessionConfig::builder().limit(limit).build().expect("a limit is no mistake")
}

#[tokio::test]
async fn a_login_that_would_be_one_too_many_is_refused_while_the_others_live() {
    let place = Place::new(at_most(2, WhenFull::Refuse));
    let first = place.login(7, "first").await;
    place.login(7, "second").await;
    let third = place.sessions.create();
    third.sign_in(7);
    let error = place.sessions.save(&third).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooManySessions { limit: 2 });
    place.login(8, "other").await;
    first.sign_in(7);
    place.sessions.save(&first).await.expect("who is signed in may sign in again");
    first.sign_out().await.unwrap();
    place.sessions.save(&third).await.expect("there is room again");
    assert_eq!(place.sessions.by_user_id(&7).count().await.unwrap(), 2);
}

#[tokio::test]
async fn who_has_expired_keeps_nobody_out() {
    let place = Place::new(at_most(1, WhenFull::Refuse));
    place.login(7, "idle").await;
    place.clock.advance(std::time::Duration::from_secs(1801));
    place.login(7, "next").await;
    assert_eq!(place.browsers(7).await, ["next"]);
}

#[tokio::test]
async fn the_session_whose_login_is_the_longest_ago_makes_room() {
    let place = Place::new(at_most(2, WhenFull::EvictOldest));
    let first = place.login(7, "first").await;
    place.login(7, "second").await;
    first.sign_in(7);
    place.sessions.save(&first).await.unwrap();
    place.clock.advance(super::SECOND);
    place.login(7, "third").await;
    assert_eq!(place.browsers(7).await, ["third", "first"]);
    assert_eq!(place.store.stats().live, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_parallel_logins_no_more_survive_than_may_be() {
    for when_full in [WhenFull::Refuse, WhenFull::EvictOldest] {
        for round in 0..50 {
            let place = Arc::new(Place::new(at_most(3, when_full)));
            let logins = (0..8).map(|_| {
                let place = Arc::clone(&place);
                tokio::spawn(async move {
                    let session: Session<Account> = place.sessions.create();
                    session.sign_in(7);
                    place.sessions.save(&session).await
                })
            });
            let logins: Vec<_> = logins.collect();
            let mut made = 0;
            for login in logins {
                match login.await.unwrap() {
                    Ok(()) => made += 1,
                    Err(error) => assert!(
                        matches!(error.kind(), ErrorKind::TooManySessions { limit: 3 }) || error.is_gone(),
                        "{error:?}"
                    ),
                }
            }
            let live = place.store.stats().live;
            assert_eq!(live, 3, "round {round}, {when_full:?}: {made} were made");
        }
    }
}
