//! Commits that overlap with the end of a session or of a response.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use session::http::{Exchange, RequestFacts};
use session::testing::{Fault, Faulty, Gate, Operation};
use session::{Runtime, Session, SessionConfig, SessionData, SessionValue, Sessions};
use session_stores::MemoryStore;

type Job = Box<dyn FnOnce() + Send>;

/// What to do when a [`Diary`] is next cloned.
static ON_CLONE: Mutex<Option<Job>> = Mutex::new(None);

#[derive(SessionValue, Default)]
struct Diary {
    text: String,
}

impl Clone for Diary {
    fn clone(&self) -> Self {
        let job = ON_CLONE.lock().unwrap().take();
        if let Some(job) = job {
            job();
        }
        Self { text: self.text.clone() }
    }
}

#[derive(SessionData, Clone)]
struct Patient {
    #[session(identity)]
    user_id: Option<i64>,
    diary: Diary,
}

#[tokio::test]
async fn a_commit_that_overlaps_a_logout_does_not_bring_the_session_back() {
    let sessions = Sessions::<Patient, _>::new(MemoryStore::new());
    let session = sessions.create();
    session.sign_in(1);
    session.set_diary(Diary { text: "mine".to_owned() });
    sessions.save(&session).await.unwrap();
    session.update_diary(|diary| diary.text.push('!'));

    // The record is deleted and the data not cleared yet when another task commits.
    let other = session.clone();
    let worker = Arc::new(Mutex::new(None));
    let spawned = Arc::clone(&worker);
    *ON_CLONE.lock().unwrap() = Some(Box::new(move || {
        let commit = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(other.commit())
        });
        // Time to do harm, where nothing makes it wait.
        for _ in 0..100 {
            if commit.is_finished() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        *spawned.lock().unwrap() = Some(commit);
    }));
    session.sign_out().await.unwrap();
    let commit = worker.lock().unwrap().take().expect("the data was cloned while the session ended");
    commit.join().unwrap().unwrap();
    assert_eq!(sessions.count().await.unwrap(), 0, "somebody is signed in again");
}

#[tokio::test]
async fn the_cookie_of_a_commit_under_way_leaves_with_a_response_that_commits_nothing() {
    let (store, gate) = (Faulty::new(MemoryStore::new()), Gate::new());
    store.next(Operation::Commit, Fault::PauseBefore(gate.clone()));
    let exchange = Exchange::<Patient>::new(Runtime::new(store, SessionConfig::default()));
    let session: Session<Patient> = exchange.open(std::iter::empty()).await.unwrap();
    session.sign_in(1);
    let task = tokio::spawn(async move { session.commit().await });
    gate.arrived(1).await;

    let facts = RequestFacts { safe: false, head: false, prefetch: false };
    let (finish, ()) = tokio::join!(exchange.finish(facts, 500), async { gate.open() });
    task.await.unwrap().unwrap();
    assert!(finish.unwrap().set_cookie.is_some(), "a session whose cookie nobody has");
}
