//! The laws of what is wrapped, and what the tests of each wrapper share: a store to look into, and writes to give it.

#[cfg(feature = "compression")]
mod compressed;
mod encrypted;
mod keys;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use session::crypto::{Key, KeyRing};
use session::record::{Binding, Credential, Nonce, Packing, Principal, Record};
use session::store::{Absolute, Commit, Condition, Draft, Load, Locator, Rotation, Store, Times, Write};
use session::testing::{ManualClock, block_on, record_of};
use session::{ErrorKind, Handle, Proof, SessionData};

use super::*;
use crate::MemoryStore;

static KEYS: LazyLock<[Key; 2]> = LazyLock::new(|| [key(), key()]);

fn key() -> Key {
    Key::generate().expect("the system has random bytes")
}

fn ring() -> KeyRing {
    KeyRing::new(&KEYS[0])
}

fn memory(clock: Arc<ManualClock>) -> MemoryStore {
    MemoryStore::builder().clock(clock).build()
}

session::conformance! {
    mod encrypted_laws;
    subject = OnClock::new(|clock| Encrypted::new(memory(clock), ring()).strict());
    also = [scan];
}

#[cfg(feature = "compression")]
session::conformance! {
    mod compressed_laws;
    subject = OnClock::new(|clock| Compressed::new(memory(clock)).threshold(1));
    also = [scan];
}

#[cfg(feature = "compression")]
session::conformance! {
    mod compressed_and_encrypted_laws;
    subject = OnClock::new(|clock| Compressed::new(Encrypted::new(memory(clock), ring()).strict()).threshold(1));
    also = [scan];
}

session::conformance! {
    mod erased_and_encrypted_laws;
    subject = OnClock::new(|clock| Encrypted::new(session::store::DynStore::scanning(memory(clock)), ring()));
    also = [scan];
}

#[derive(SessionData, Clone)]
struct Note {
    text: Vec<u8>,
}

/// Well-formed fields with that text.
fn fields(text: impl AsRef<[u8]>) -> Bytes {
    record_of(Note { text: text.as_ref().to_vec() }).expect("bytes can be stored").fields
}

fn handle(number: u8) -> Handle {
    Handle::from_bytes([number; 16])
}

fn draft(number: u8) -> Draft {
    Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 0,
        lineage: [number; 16],
        principal: Principal([7; 16]),
        packing: Packing::NONE,
        credential: Some(Credential::only(Proof::from_bytes([9; 32]))),
        binding: Some(Binding { key: [1; 4], address: [2; 12], agent: [3; 12] }),
    }
}

fn write(number: u8, condition: Condition, nonce: u8, fields: Bytes) -> Write {
    let hour = Duration::from_secs(3600);
    let times = Times {
        idle_span: hour,
        absolute: Absolute::Span(2 * hour),
        authenticates: false,
        rotation: Rotation::None,
    };
    Write::new(handle(number), condition, Nonce([nonce; 8]), draft(number), times, fields)
}

fn create(number: u8, fields: Bytes) -> Write {
    write(
        number,
        Condition::Absent { not_after: session::clock::Timestamp::from_millis(u64::MAX) },
        0,
        fields,
    )
}

fn update(number: u8, base: &Record, nonce: u8, fields: Bytes) -> Write {
    let proof = Proof::from_bytes([9; 32]);
    write(number, Condition::Matches { stamp: base.header.stamp(), proof }, nonce, fields)
}

/// What the answer says the record is now.
fn commit(store: &impl Store, write: &Write) -> Record {
    match block_on(store.commit(write)) {
        Ok(Commit::Committed { record, .. }) => record,
        answer => panic!("{answer:?}"),
    }
}

fn load(store: &impl Store, number: u8) -> Result<Record, ErrorKind> {
    match block_on(store.load(&Locator::Handle(handle(number)))) {
        Ok(Load::Found(record)) => Ok(record),
        Ok(Load::Absent) => panic!("the record is absent"),
        Err(error) => Err(error.kind().clone()),
    }
}

/// Whether `part` stands in `whole`.
fn contains(whole: &[u8], part: &[u8]) -> bool {
    whole.windows(part.len()).any(|window| window == part)
}
