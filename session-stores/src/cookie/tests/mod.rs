//! What the tests share: a store for one cookie on a clock that stands still, and writes to give it.

mod caching;
mod config;
mod marking;
mod revoking;
mod sealing;
mod sizes;
mod watched;

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use session::clock::ManualClock;
use session::crypto::{Key, KeyRing};
use session::record::{Header, Nonce, Packing};
use session::store::{Absolute, Condition, Draft, Times};
use session::testing::record_of;
use session::{Applied, SessionData};

use super::*;

session::conformance! {
    mod laws;
    subject = OnClock::new(|clock| Fixture::on(clock, |builder| builder).store);
    only = [sealed];
}

session::conformance! {
    mod laws_with_marks;
    subject = OnClock::new(|clock| {
        let marks = crate::MemoryStore::builder().clock(clock.clone()).build();
        Fixture::on(clock, |builder| builder.revocation(marks)).store
    });
    only = [sealed];
}

const IDLE: Duration = Duration::from_secs(1800);
const LIFE: Duration = Duration::from_secs(12 * 3600);
const SECOND: Duration = Duration::from_secs(1);
const ALICE: Principal = Principal([1; 16]);

/// A session of one field.
#[derive(SessionData, Clone)]
struct Note {
    text: String,
}

/// The fields of a session with that text.
fn fields(text: &str) -> Bytes {
    record_of(Note { text: text.to_owned() }).unwrap().fields
}

/// Fields of that many bytes.
fn fields_of(bytes: usize) -> Bytes {
    let text = |length| fields(&"x".repeat(length));
    let length = (bytes.saturating_sub(20)..=bytes).find(|length| text(*length).len() == bytes);
    text(length.expect("a text of some length makes it"))
}

struct Fixture {
    clock: Arc<ManualClock>,
    store: CookieStore,
}

impl Fixture {
    fn new() -> Self {
        Self::with(|builder| builder)
    }

    fn with(set_up: impl FnOnce(CookieStoreBuilder) -> CookieStoreBuilder) -> Self {
        Self::on(Arc::default(), set_up)
    }

    fn on(clock: Arc<ManualClock>, set_up: impl FnOnce(CookieStoreBuilder) -> CookieStoreBuilder) -> Self {
        let builder = CookieStore::builder().keys(ring()).clock(Arc::clone(&clock));
        let store = set_up(builder).build().for_config(&SessionConfig::default()).unwrap();
        Self { clock, store }
    }

    fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The record and the text that a write makes.
    fn seal(&self, write: &Write) -> (Record, Vec<u8>) {
        match self.commit(write).unwrap() {
            Commit::Committed { record, sealed: Some(sealed) } => (record, sealed),
            other => panic!("{other:?}"),
        }
    }

    fn commit(&self, write: &Write) -> Result<Commit, Error> {
        now(self.store.commit(write))
    }

    fn gone(&self, write: &Write) -> Gone {
        match self.commit(write).unwrap() {
            Commit::Gone(why) => why,
            other => panic!("{other:?}"),
        }
    }

    fn load(&self, text: &[u8]) -> Result<Option<Record>, Error> {
        Ok(match now(self.store.load(&Locator::Sealed(text.to_vec())))? {
            Load::Found(record) => Some(record),
            Load::Absent => None,
        })
    }

    fn is_live(&self, text: &[u8]) -> bool {
        self.load(text).unwrap().is_some()
    }

    /// Somebody signed in: an anonymous session first, then its login.
    fn sign_in(&self, lineage: u8) -> (Record, Vec<u8>) {
        let (anonymous, _) = self.seal(&create(self, lineage, fields("")));
        self.seal(&sign_in(&anonymous.header))
    }
}

fn ring() -> KeyRing {
    KeyRing::new(&Key::generate().unwrap())
}

fn draft(lineage: u8, principal: Principal) -> Draft {
    Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 0,
        lineage: [lineage; 16],
        principal,
        packing: Packing::NONE,
        credential: None,
        binding: None,
    }
}

fn times() -> Times {
    Times { idle_span: IDLE, absolute: Absolute::Span(LIFE), authenticates: false, rotation: Rotation::None }
}

fn create(t: &Fixture, lineage: u8, fields: Bytes) -> Write {
    let condition = Condition::Absent { not_after: t.clock.now().after(30 * SECOND) };
    let handle = Handle::from_bytes([lineage; 16]);
    Write::new(handle, condition, Nonce([0; 8]), draft(lineage, Principal::NOBODY), times(), fields)
}

fn update(held: &Header, fields: Bytes) -> Write {
    let condition = Condition::Held(Box::new(held.clone()));
    let handle = Handle::from_bytes(held.lineage);
    let times = Times { absolute: Absolute::Keep, ..times() };
    Write::new(handle, condition, Nonce([1; 8]), draft(held.lineage[0], held.principal), times, fields)
}

/// Another id, of the same principal: a privilege has changed.
fn rotate(held: &Header, by: u8) -> Write {
    let mut write = update(held, fields("rotated"));
    write.times.rotation = Rotation::Strict;
    write.nonce = Nonce([by; 8]);
    write
}

fn sign_in(held: &Header) -> Write {
    let mut write = rotate(held, 9);
    write.draft.principal = ALICE;
    (write.times.authenticates, write.times.absolute) = (true, Absolute::Span(LIFE));
    write
}

/// The answer of stores that never wait.
fn now<V>(future: impl Future<Output = V>) -> V {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("there is nothing to wait for"),
    }
}
