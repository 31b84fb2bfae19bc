//! What the tests share: a store on a network that does what a test says, and calls to it.

mod breaker;
mod bulkhead;
mod resilient;
mod retry;
mod settings;
mod timeout;

use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use session::clock::{Clock as _, ManualClock, Timestamp};
use session::record::{Credential, Nonce, Packing, Principal, Record};
use session::store::{
    Absolute, Capabilities, Commit, Condition, Cursor, Draft, Health, Load, Locator, Page, Rotation, Scan,
    Store, Times, Touch, Touched, Write,
};
use session::testing::ReferenceStore;
use session::{Applied, Error, ErrorKind, Handle, Proof};
use tokio::time::Instant;

use super::*;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);
/// More than any wrapper waits.
const LONG: Duration = Duration::from_secs(3600);

/// What a store does with a call.
#[derive(Debug, Clone)]
enum Mood {
    /// Never answers.
    Hang,
    /// Answers after so long.
    Slow(Duration),
    /// Fails.
    Fail(ErrorKind),
}

/// A store of several shards, each with a mood. Clones are the same store.
#[derive(Debug, Clone)]
struct Net(Arc<Lab>);

#[derive(Debug)]
struct Lab {
    store: ReferenceStore,
    clock: Arc<ManualClock>,
    moods: Mutex<BTreeMap<usize, Mood>>,
    calls: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
}

impl Net {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        Self(Arc::new(Lab {
            store: ReferenceStore::new(Arc::clone(&clock)),
            clock,
            moods: Mutex::default(),
            calls: AtomicUsize::default(),
            under_way: AtomicUsize::default(),
            most_under_way: AtomicUsize::default(),
        }))
    }

    /// Every shard is in that mood, from now on.
    fn all(&self, mood: &Mood) {
        (0..SHARDS).for_each(|shard| self.shard(shard, mood));
    }

    fn shard(&self, shard: usize, mood: &Mood) {
        self.0.moods.lock().unwrap().insert(shard, mood.clone());
    }

    /// Every shard answers at once.
    fn heal(&self) {
        self.0.moods.lock().unwrap().clear();
    }

    /// The calls since this was last asked.
    fn calls(&self) -> usize {
        self.0.calls.swap(0, Ordering::SeqCst)
    }

    fn under_way(&self) -> usize {
        self.0.under_way.load(Ordering::SeqCst)
    }

    fn most_under_way(&self) -> usize {
        self.0.most_under_way.load(Ordering::SeqCst)
    }

    async fn pass<V>(&self, shard: usize, call: impl Future<Output = Result<V, Error>>) -> Result<V, Error> {
        struct UnderWay<'l>(&'l Lab);
        impl Drop for UnderWay<'_> {
            fn drop(&mut self) {
                self.0.under_way.fetch_sub(1, Ordering::SeqCst);
            }
        }
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        let now = self.0.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        let _under_way = UnderWay(&self.0);
        self.0.most_under_way.fetch_max(now, Ordering::SeqCst);
        let mood = self.0.moods.lock().unwrap().get(&shard).cloned();
        match mood {
            None => {}
            Some(Mood::Hang) => pending().await,
            Some(Mood::Slow(span)) => tokio::time::sleep(span).await,
            Some(Mood::Fail(kind)) => return Err(Error::new(kind)),
        }
        call.await
    }

    fn create(&self, number: u64) -> Write {
        let condition = Condition::Absent { not_after: self.0.clock.now().after(30 * SECOND) };
        let draft = Draft {
            persistent: false,
            remembered: false,
            schema_version: 1,
            min_reader: 1,
            lineage: [7; 16],
            principal: Principal::NOBODY,
            packing: Packing::default(),
            credential: Some(Credential::only(PROOF)),
            binding: None,
        };
        Write::new(handle(number), condition, Nonce([0; 8]), draft, times(), Bytes::from_static(b"fields"))
    }

    async fn begin(&self, number: u64) -> Record {
        committed(self.0.store.commit(&self.create(number)).await)
    }
}

impl Store for Net {
    type Kind = session::store::ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Handle(handle) = at else { panic!("by handle alone") };
        self.pass(self.shard_of(handle), self.0.store.load(at)).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.pass(self.shard_of(&write.handle), self.0.store.commit(write)).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.pass(self.shard_of(&touch.handle), self.0.store.touch(touch)).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.pass(self.shard_of(handle), self.0.store.delete(handle)).await
    }

    fn now(&self) -> Timestamp {
        self.0.store.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        self.pass(0, self.0.store.health()).await
    }

    fn capabilities(&self) -> Capabilities {
        self.0.store.capabilities()
    }
}

impl Scan for Net {
    async fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page, Error> {
        self.pass(0, self.0.store.scan(cursor, limit)).await
    }

    async fn count(&self) -> Result<u64, Error> {
        self.pass(0, self.0.store.count()).await
    }

    async fn clear(&self) -> Result<u64, Error> {
        self.pass(0, self.0.store.clear()).await
    }
}

const SHARDS: usize = 4;

impl Sharded for Net {
    fn shard_of(&self, handle: &Handle) -> usize {
        usize::from(handle.as_bytes()[0]) % SHARDS
    }
}

const PROOF: Proof = Proof::from_bytes([1; 32]);

/// Session `number` is on shard `number % SHARDS`.
fn handle(number: u64) -> Handle {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Handle::from_bytes(bytes)
}

fn at(number: u64) -> Locator {
    Locator::Handle(handle(number))
}

/// As a future that holds what it needs.
async fn load(store: &impl Store, number: u64) -> Result<Load, Error> {
    store.load(&at(number)).await
}

fn touch(number: u64) -> Touch {
    Touch::new(handle(number), PROOF, Duration::ZERO)
}

fn times() -> Times {
    let idle_span = Duration::from_secs(1800);
    Times { idle_span, absolute: Absolute::Span(12 * LONG), authenticates: false, rotation: Rotation::None }
}

/// An update of `base` by the nonce of that number.
fn update(number: u64, base: &Record, by: u64) -> Write {
    let condition = Condition::Matches { stamp: base.header.stamp(), proof: PROOF };
    let draft = Net::new().create(number).draft;
    Write::new(handle(number), condition, Nonce(by.to_le_bytes()), draft, times(), base.fields.clone())
}

fn committed(answer: Result<Commit, Error>) -> Record {
    match answer.unwrap() {
        Commit::Committed { record, .. } => record,
        other => panic!("{other:?}"),
    }
}

/// Why a call could not be asked: what is known of its effect, and when to come again.
fn unavailable<V>(answer: Result<V, Error>) -> (Applied, Option<Duration>) {
    match answer.err().expect("an error").kind() {
        ErrorKind::Unavailable { applied, retry_after } => (*applied, *retry_after),
        other => panic!("{other:?}"),
    }
}

/// The source of that type, however deep.
fn source<E: std::error::Error + Clone + 'static>(error: &Error) -> Option<E> {
    let mut source = std::error::Error::source(error);
    while let Some(found) = source {
        if let Some(found) = found.downcast_ref::<E>() {
            return Some(found.clone());
        }
        source = found.source();
    }
    None
}

/// How long it takes, by the runtime's clock, and its answer.
async fn timed<V>(call: impl Future<Output = V>) -> (Duration, V) {
    let started = Instant::now();
    let answer = tokio::time::timeout(LONG, call).await.expect("an answer");
    (started.elapsed(), answer)
}

const LOST: ErrorKind = ErrorKind::Unavailable { applied: Applied::Unknown, retry_after: None };
const UNSENT: ErrorKind = ErrorKind::Unavailable { applied: Applied::No, retry_after: None };
