//! What the tests share: a store whose clock stands still, and writes to give it.

mod bounds;
mod laws;
mod marks;
mod model;
mod races;
mod scanning;
mod secrets;
mod sweeping;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use session::clock::{Clock as _, ManualClock, Timestamp};
use session::record::{Credential, Nonce, Packing, Principal, Record};
use session::store::{
    Absolute, Commit, Condition, Draft, Gone, Load, Locator, Rotation, Store, Times, Touch, Touched, Write,
};
use session::{Error, Handle, Proof};

use super::{MemoryStore, MemoryStoreBuilder, lock};

const IDLE: Duration = Duration::from_secs(1800);
const LIFE: Duration = Duration::from_secs(12 * 3600);
const SECOND: Duration = Duration::from_secs(1);
const MS: Duration = Duration::from_millis(1);

/// A store, and the clock that it goes by.
struct Fixture {
    clock: Arc<ManualClock>,
    store: MemoryStore,
}

impl Fixture {
    fn new() -> Self {
        Self::with(|builder| builder)
    }

    fn with(set_up: impl FnOnce(MemoryStoreBuilder) -> MemoryStoreBuilder) -> Self {
        let clock = Arc::new(ManualClock::default());
        let store = set_up(MemoryStore::builder().clock(Arc::clone(&clock))).build();
        Self { clock, store }
    }

    fn pass(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// A create of session `number` for this moment; nonce 0.
    fn create(&self, number: u64) -> Write {
        let condition = Condition::Absent { not_after: self.clock.now().after(30 * SECOND) };
        Write::new(handle(number), condition, nonce(0), draft(1), times(), Bytes::from_static(b"fields"))
    }

    fn try_commit(&self, write: &Write) -> Result<Commit, Error> {
        now(self.store.commit(write))
    }

    fn commit(&self, write: &Write) -> Commit {
        self.try_commit(write).unwrap()
    }

    /// The record that the commit of `write` makes.
    fn committed(&self, write: &Write) -> Record {
        match self.commit(write) {
            Commit::Committed { record, .. } => record,
            other => panic!("{other:?}"),
        }
    }

    fn gone(&self, write: &Write) -> Gone {
        match self.commit(write) {
            Commit::Gone(gone) => gone,
            other => panic!("{other:?}"),
        }
    }

    /// Creates session `number`.
    fn begin(&self, number: u64) -> Record {
        self.committed(&self.create(number))
    }

    fn load(&self, number: u64) -> Option<Record> {
        match now(self.store.load(&Locator::Handle(handle(number)))).unwrap() {
            Load::Found(record) => Some(record),
            Load::Absent => None,
        }
    }

    fn touch(&self, number: u64) -> Result<Timestamp, Gone> {
        match now(self.store.touch(&Touch::new(handle(number), proof(1), Duration::ZERO))).unwrap() {
            Touched::Until { idle_deadline, .. } => Ok(idle_deadline),
            Touched::Gone(gone) => Err(gone),
        }
    }

    fn delete(&self, number: u64) -> bool {
        now(self.store.delete(&handle(number))).unwrap()
    }

    /// Counts everything by hand and compares it with the account.
    fn audit(&self) {
        let shards = self.store.0.shards.iter();
        let (bytes, tombstones) = shards.fold((0, 0), |(bytes, tombstones), shard| {
            let (more, laid) = lock(shard).audit();
            (bytes + more, tombstones + laid)
        });
        let stats = self.store.stats();
        assert_eq!((stats.bytes, stats.tombstones), (bytes, tombstones));
        assert_eq!(self.store.0.budget.entries(), stats.total);
        assert_eq!(stats.total, stats.live + stats.expired);
    }
}

/// The answer of a store that never waits.
fn now<V>(future: impl Future<Output = V>) -> V {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a memory store has nothing to wait for"),
    }
}

/// Handles that are spread over the shards.
fn handle(number: u64) -> Handle {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    Handle::from_bytes(bytes)
}

fn nonce(number: u64) -> Nonce {
    Nonce(number.to_le_bytes())
}

fn proof(number: u8) -> Proof {
    Proof::from_bytes([number; 32])
}

fn draft(secret: u8) -> Draft {
    Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 1,
        lineage: [7; 16],
        packing: Packing::NONE,
        binding: None,
        principal: Principal::NOBODY,
        credential: Some(Credential::only(proof(secret))),
    }
}

fn times() -> Times {
    Times { idle_span: IDLE, absolute: Absolute::Span(LIFE), authenticates: false, rotation: Rotation::None }
}

/// An update of `base`, by the secret of number 1.
fn update(number: u64, base: &Record, by: u64) -> Write {
    let condition = Condition::Matches { stamp: base.header.stamp(), proof: proof(1) };
    let times = Times { absolute: Absolute::Keep, ..times() };
    let draft = Draft { principal: base.header.principal, ..draft(1) };
    Write::new(handle(number), condition, nonce(by), draft, times, base.fields.clone())
}

fn with_fields(mut write: Write, fields: impl Into<Bytes>) -> Write {
    write.fields = fields.into();
    write
}

/// The same for somebody instead of nobody.
fn signed_in(mut write: Write) -> Write {
    write.draft.principal = Principal([5; 16]);
    write
}

fn living(mut write: Write, idle_span: Duration) -> Write {
    write.times.idle_span = idle_span;
    write
}
