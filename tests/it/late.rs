//! Attempts of a commit that arrive when nobody waits for them any more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use session::store::{Commit, ServerSide, Store, Write};
use session::testing::ManualClock;
use session::{Applied, Error, ErrorKind, Runtime, Session, SessionConfig, Sessions};
use session_stores::MemoryStore;
use session_tests::{Shop, pass_on};

/// What becomes of a commit.
#[derive(Debug, Clone, Copy)]
enum Fate {
    /// It is made and answered.
    Answered,
    /// It is made, and its answer takes that long.
    Slowly(Duration),
    /// It stays on its way until [`Slow::arrive`].
    Late,
}

/// A memory store behind a network that delays.
#[derive(Clone)]
struct Slow {
    store: MemoryStore,
    clock: Arc<ManualClock>,
    /// Of the next commits; the ones after them are answered.
    fates: Arc<Mutex<VecDeque<Fate>>>,
    late: Arc<Mutex<Vec<Write>>>,
}

impl Slow {
    fn new() -> (Self, Sessions<Shop>) {
        let clock = Arc::new(ManualClock::default());
        let store = MemoryStore::builder().clock(Arc::clone(&clock)).build();
        let slow = Self { store, clock, fates: Arc::default(), late: Arc::default() };
        let config = SessionConfig::builder().clock(Arc::clone(&slow.clock)).build().unwrap();
        let sessions = Sessions::of(Runtime::new(slow.clone(), config));
        (slow, sessions)
    }

    fn next(&self, fates: &[Fate]) {
        self.fates.lock().unwrap().extend(fates);
    }

    /// What was late arrives.
    async fn arrive(&self) -> Vec<Commit> {
        let late = std::mem::take(&mut *self.late.lock().unwrap());
        let mut answers = Vec::new();
        for write in late {
            answers.push(self.store.commit(&write).await.unwrap());
        }
        answers
    }
}

impl Store for Slow {
    type Kind = ServerSide;

    pass_on!(store: load touch delete now health capabilities);

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let fate = self.fates.lock().unwrap().pop_front();
        match fate.unwrap_or(Fate::Answered) {
            Fate::Answered => self.store.commit(write).await,
            Fate::Slowly(span) => {
                let answer = self.store.commit(write).await;
                self.clock.advance(span);
                answer
            }
            Fate::Late => {
                self.late.lock().unwrap().push(write.clone());
                Err(Error::unavailable(Applied::Unknown, "still on its way"))
            }
        }
    }
}

/// Two requests of one session.
async fn two_of_one(sessions: &Sessions<Shop>) -> [Session<Shop>; 2] {
    let session = sessions.create();
    session.set_views(1);
    sessions.save(&session).await.unwrap();
    let token = sessions.token(&session).unwrap();
    let open = async || sessions.open(&token).await.unwrap().unwrap();
    [open().await, open().await]
}

#[tokio::test]
async fn an_attempt_that_arrives_after_its_commit_was_cut_off_by_a_conflict_counts_once() {
    let (slow, sessions) = Slow::new();
    let [mine, theirs] = two_of_one(&sessions).await;
    theirs.update_views(|views| *views += 10);
    theirs.commit().await.unwrap();
    mine.update_views(|views| *views += 1);

    // The first attempt meets a conflict, and the merge with what the others wrote stays on its way.
    slow.next(&[Fate::Answered, Fate::Late]);
    assert!(mine.commit().await.unwrap_err().is_unavailable());
    // Asking again meets the same conflict, and with that the time for this commit is over.
    slow.next(&[Fate::Slowly(Duration::from_secs(2))]);
    let error = mine.commit().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Contended { .. }), "{error}");

    assert!(matches!(slow.arrive().await[..], [Commit::Committed { .. }]));
    mine.commit().await.unwrap();
    assert_eq!(mine.views(), 12);
    mine.update_views(|views| *views += 100);
    mine.commit().await.unwrap();
    let stored = sessions.load(mine.id().unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.views(), 112);
}

#[tokio::test]
async fn an_attempt_that_arrives_after_the_one_that_followed_it_changes_nothing() {
    let (slow, sessions) = Slow::new();
    let [mine, _] = two_of_one(&sessions).await;
    mine.update_views(|views| *views += 1);
    slow.next(&[Fate::Late]);
    assert!(mine.commit().await.unwrap_err().is_unavailable());
    mine.commit().await.unwrap();
    assert!(matches!(slow.arrive().await[..], [Commit::Committed { .. }]), "known by its nonce");
    let stored = sessions.load(mine.id().unwrap()).await.unwrap().unwrap();
    assert_eq!(stored.views(), 2);
}

#[tokio::test]
async fn a_login_that_is_still_on_its_way_when_somebody_else_signs_in_gets_a_session_of_its_own() {
    let (slow, sessions) = Slow::new();
    let [mine, theirs] = two_of_one(&sessions).await;
    mine.sign_in(1);
    mine.set_name(Some("mine".to_owned()));
    slow.next(&[Fate::Late]);
    assert!(mine.commit().await.unwrap_err().is_unavailable());
    theirs.sign_in(2);
    theirs.commit().await.unwrap();

    mine.commit().await.unwrap();
    assert!(matches!(slow.arrive().await[..], [Commit::Gone(_)]));
    assert_ne!(mine.id(), theirs.id());
    for (session, user) in [(&mine, 1), (&theirs, 2)] {
        let token = sessions.token(session).unwrap();
        let session = sessions.open(&token).await.unwrap().unwrap();
        assert_eq!(session.user_id(), Some(user));
        assert_eq!(session.name().is_some(), user == 1);
    }
}
