//! Clients, each of which does one thing after the other and writes down what it was told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use session::Handle;
use session::record::Record;
use session::store::{Commit, Freshness, Store as _};
use session_stores::ClusteredStore;
use tokio::time::Instant;

use super::check::{Event, What};
use super::{Fleet, LEASE};
use crate::clustered::{begin, found_within, handle_of, update};

/// The sessions that there are: some of one client each, some of all.
#[derive(Default)]
pub(super) struct Sessions {
    shared: Mutex<[Option<Known>; SHARED]>,
    next: AtomicU64,
}

const SHARED: usize = 6;
const OWN: usize = 3;

#[derive(Clone, Copy)]
struct Known {
    number: u64,
    handle: Handle,
}

pub(super) struct Client {
    number: usize,
    fleet: Arc<Fleet>,
    sessions: Arc<Sessions>,
    began: Instant,
    own: [Option<Known>; OWN],
    /// What it was told that it has written, and when: its cookie, for as long as a browser keeps it.
    hints: HashMap<u64, (u64, Instant)>,
    events: Vec<Event>,
}

impl Client {
    pub(super) fn new(number: usize, fleet: Arc<Fleet>, sessions: Arc<Sessions>, began: Instant) -> Self {
        let (own, hints, events) = ([None; OWN], HashMap::new(), Vec::new());
        Self { number, fleet, sessions, began, own, hints, events }
    }

    pub(super) async fn run(mut self, made: &AtomicUsize, operations: usize) -> Vec<Event> {
        while made.load(Ordering::Relaxed) < operations {
            let before = self.events.len();
            self.visit().await;
            made.fetch_add(self.events.len() - before, Ordering::Relaxed);
            // Most answers come from memory: others must have a turn.
            tokio::task::yield_now().await;
        }
        self.events
    }

    async fn visit(&mut self) {
        let place = fastrand::usize(..OWN + SHARED);
        let Some(session) = self.session(place).await else { return };
        match fastrand::u8(..100) {
            0 => self.end(place, session).await,
            1..10 => self.write(session).await,
            _ => {
                for _ in 0..fastrand::usize(1..8) {
                    self.read(session).await;
                }
            }
        }
    }

    fn node(&self) -> ClusteredStore {
        self.fleet.nodes[fastrand::usize(..self.fleet.nodes.len())].clone()
    }

    /// The session there, begun if there is none.
    async fn session(&mut self, place: usize) -> Option<Known> {
        let known = match place.checked_sub(OWN) {
            None => self.own[place],
            Some(shared) => self.shared()[shared],
        };
        if known.is_some() {
            return known;
        }
        let record = begin(&self.node()).await.ok()?;
        let number = self.sessions.next.fetch_add(1, Ordering::Relaxed);
        let begun = Known { number, handle: handle_of(&record) };
        match place.checked_sub(OWN) {
            None => self.own[place] = Some(begun),
            // Another client may have begun one meanwhile; then this one is nobody's.
            Some(shared) => {
                self.shared()[shared].get_or_insert(begun);
            }
        }
        Some(begun)
    }

    fn shared(&self) -> std::sync::MutexGuard<'_, [Option<Known>; SHARED]> {
        self.sessions.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What its cookie says.
    fn hint(&self, session: Known) -> Freshness {
        match self.hints.get(&session.number) {
            Some((revision, told)) if told.elapsed() <= LEASE => Freshness::AtLeast(*revision),
            _ => Freshness::Promised,
        }
    }

    async fn read(&mut self, session: Known) -> Option<Record> {
        let asked = self.began.elapsed();
        let answer = found_within(&self.node(), session.handle, self.hint(session)).await;
        // That the store cannot be asked tells nothing.
        let record = answer.ok()?;
        self.note(session, asked, What::Read(record.as_ref().map(|record| record.header.revision)));
        record
    }

    async fn write(&mut self, session: Known) {
        let Some(mut base) = self.read(session).await else { return };
        for _ in 0..5 {
            let asked = self.began.elapsed();
            match update(&self.node(), &base).await {
                Ok(Commit::Committed { record, .. }) => {
                    let revision = record.header.revision;
                    self.hints.insert(session.number, (revision, Instant::now()));
                    self.note(session, asked, What::Wrote(revision));
                    return;
                }
                Ok(Commit::Conflict(theirs)) => base = theirs,
                Ok(Commit::Gone(_)) => return,
                Ok(Commit::OutcomeUnknown | Commit::Full(_)) | Err(_) => {
                    self.note(session, asked, What::PerhapsWrote);
                    return;
                }
            }
        }
    }

    async fn end(&mut self, place: usize, session: Known) {
        let asked = self.began.elapsed();
        let surely = self.node().delete(&session.handle).await.is_ok();
        self.note(session, asked, What::Ended { surely });
        match place.checked_sub(OWN) {
            // It goes on asking for some that have ended.
            _ if fastrand::u8(..10) < 3 => {}
            None => self.own[place] = None,
            Some(shared) => self.shared()[shared] = None,
        }
        for _ in 0..20 {
            self.read(session).await;
        }
    }

    fn note(&mut self, session: Known, asked: std::time::Duration, what: What) {
        let told = self.began.elapsed();
        self.events.push(Event { client: self.number, session: session.number, asked, told, what });
    }
}
