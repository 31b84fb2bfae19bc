//! What must not be seen: secret fields sealed by themselves on every store, and whole records sealed by a wrapper.

mod deploy;
mod drill;
mod fields;
mod moves;
mod packed;
mod refused;

use std::sync::LazyLock;

use session::crypto::{Key, KeyRing};
use session::data::Flags;
use session::record::{Nonce, Record};
use session::store::{Commit, Condition, Load, Locator, Store as _, Write};
use session::value::name32;
use session::{Handle, Secret, SessionData};
use session_tests::World;

static KEYS: LazyLock<[Key; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Key::generate().expect("the system has random bytes")));

fn ring() -> KeyRing {
    KeyRing::new(&KEYS[0])
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

/// Session data with secrets of every kind.
#[derive(SessionData, Clone, Debug)]
struct Vault {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(secret)]
    token: Secret<String>,
    #[session(secret, merge = conflict)]
    pin: Secret<Vec<u8>>,
    #[session(secret, keep)]
    device: Secret<String>,
    #[session(merge = add)]
    views: u32,
}

/// A world whose configuration has keys.
fn world() -> World {
    World::with(|config| config.keys(ring()))
}

/// What lies in the store.
async fn stored(world: &World, handle: Handle) -> Record {
    match world.store.load(&Locator::Handle(handle)).await.expect("the store answers") {
        Load::Found(record) => record,
        Load::Absent => panic!("there is no record"),
    }
}

/// A field as it stands in a record.
#[derive(Debug, Clone, PartialEq)]
struct Raw {
    shape32: u32,
    flags: Flags,
    bytes: Vec<u8>,
}

impl Raw {
    fn is_sealed(&self) -> bool {
        self.flags.has(Flags::SEALED) && !self.flags.has(Flags::OPENED)
    }
}

/// Every field of that name, read without the help of what is tested.
fn raw(record: &Record, name: &str) -> Vec<Raw> {
    let mut rest = &record.fields[..];
    let mut found = Vec::new();
    while let [a, b, c, d, e, f, g, h, flags, length, tail @ ..] = rest {
        assert!(*length < 251, "longer lengths have another form");
        let (bytes, after) = tail.split_at(usize::from(*length));
        if u32::from_le_bytes([*a, *b, *c, *d]) == name32(name) {
            let shape32 = u32::from_le_bytes([*e, *f, *g, *h]);
            found.push(Raw { shape32, flags: Flags::from_wire(*flags), bytes: bytes.to_vec() });
        }
        rest = after;
    }
    assert!(rest.is_empty());
    found
}

/// The one field of that name.
fn one(record: &Record, name: &str) -> Raw {
    let found = raw(record, name);
    assert_eq!(found.len(), 1, "fields called `{name}`: {found:?}");
    found[0].clone()
}

fn contains(record: &Record, text: &str) -> bool {
    record.encode().windows(text.len()).any(|window| window == text.as_bytes())
}

/// Does to a stored record what somebody could who can write to the store.
async fn plant(world: &World, handle: Handle, change: impl FnOnce(&mut Record)) {
    let before = stored(world, handle).await;
    let mut record = before.clone();
    change(&mut record);
    let nonce = Nonce(before.header.revision.to_le_bytes());
    let mut write = Write::over(handle, &record, nonce);
    let proof = before.header.credential.as_ref().expect("the store keeps the record").proof;
    write.condition = Condition::Matches { stamp: before.header.stamp(), proof };
    let answer = world.store.commit(&write).await.expect("the store answers");
    assert!(matches!(answer, Commit::Committed { .. }), "{answer:?}");
}
