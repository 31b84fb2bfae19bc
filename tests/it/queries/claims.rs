//! A session that changes between the question and its end.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use session::ErrorKind;
use session::testing::block_on;

use super::{Ground, sign_in};

#[tokio::test]
async fn a_session_that_does_not_match_any_more_stays() {
    let ground = Ground::new();
    let guest = ground.sessions.create();
    guest.set_views(1);
    ground.sessions.save(&guest).await.unwrap();
    let token = ground.sessions.token(&guest).unwrap();

    // The guest signs in between the question and the end.
    let (sessions, shown) = (ground.sessions.clone(), token.clone());
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let tally = ground
        .sessions
        .bulk_delete(move |session| {
            let is_guest = session.user_id().is_none();
            if count.fetch_add(1, Ordering::SeqCst) == 0 {
                block_on(async {
                    let guest = sessions.open(&shown).await.unwrap().unwrap();
                    guest.set_user_id(Some(7));
                    sessions.save(&guest).await.unwrap();
                });
            }
            is_guest
        })
        .await
        .unwrap();
    assert_eq!((tally.matched, tally.ended, tally.spared, tally.failed), (1, 0, 1, 0));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
    let stays = ground.sessions.get(token.handle()).await.unwrap();
    assert_eq!((stays.user_id(), stays.views()), (Some(7), 1), "nothing of it is lost");
}

#[tokio::test]
async fn a_session_that_changes_and_still_matches_does_not_get_away() {
    let ground = Ground::new();
    let token = sign_in(&ground.sessions, 7).await;
    let (sessions, shown) = (ground.sessions.clone(), token.clone());
    let mut writes = 5;
    let tally = ground
        .sessions
        .bulk_delete(move |session| {
            if writes > 0 {
                writes -= 1;
                block_on(async {
                    let busy = sessions.open(&shown).await.unwrap().unwrap();
                    busy.update_views(|views| *views += 1);
                    sessions.save(&busy).await.unwrap();
                });
            }
            session.user_id() == Some(7)
        })
        .await
        .unwrap();
    assert_eq!((tally.matched, tally.ended, tally.spared, tally.failed), (1, 1, 0, 0));
    assert!(ground.sessions.open(&token).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_that_never_stands_still_is_a_failure_and_keeps_its_changes() {
    let ground = Ground::new();
    let token = sign_in(&ground.sessions, 7).await;
    let (sessions, shown) = (ground.sessions.clone(), token.clone());
    let tally = ground
        .sessions
        .bulk_delete(move |_| {
            block_on(async {
                let busy = sessions.open(&shown).await.unwrap().unwrap();
                busy.update_views(|views| *views += 1);
                sessions.save(&busy).await.unwrap();
            });
            true
        })
        .await
        .unwrap();
    assert_eq!((tally.matched, tally.ended, tally.failed), (1, 0, 1));
    assert_eq!(tally.failures[0].error().kind(), &ErrorKind::Contended { attempts: 16 });
    assert_eq!(ground.sessions.open(&token).await.unwrap().unwrap().views(), 17);
}

#[tokio::test]
async fn a_session_whose_id_is_rotated_meanwhile_is_asked_again() {
    let ground = Ground::new();
    let token = sign_in(&ground.sessions, 7).await;
    let sessions = ground.sessions.clone();
    let mut rotations = 1;
    let tally = ground
        .sessions
        .bulk_delete(move |_| {
            if rotations > 0 {
                rotations -= 1;
                block_on(async {
                    let session = sessions.open(&token).await.unwrap().unwrap();
                    session.rotate_id();
                    sessions.save(&session).await.unwrap();
                });
            }
            true
        })
        .await
        .unwrap();
    assert_eq!((tally.ended, tally.failed), (1, 0));
    assert_eq!(ground.sessions.count().await.unwrap(), 0);
}

/// Two operators at once: whoever ends a session counts it, and nobody counts it twice.
#[tokio::test]
async fn two_at_once_end_every_session_once() {
    let ground = Ground::with(450).await;
    let both = [(); 2].map(|()| tokio::spawn(ground.sessions.bulk_delete(|_| true).into_future()));
    let mut ended = 0;
    for one in both {
        let tally = one.await.unwrap().unwrap();
        assert_eq!(tally.failed, 0);
        ended += tally.ended;
    }
    assert_eq!(ended, 450);
    assert_eq!(ground.sessions.count().await.unwrap(), 0);
}
