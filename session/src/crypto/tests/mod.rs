//! What the folder promises, one file a promise.

mod drill;
mod keys;
mod macs;
mod refusals;
mod reload;
mod vectors;

use std::fmt::Write as _;

use ring::digest;

use super::{Associated, Key, KeyRing, Purpose};

/// A key that is the same in every run.
pub(crate) fn key(name: &str) -> Key {
    Key::from_bytes(digest::digest(&digest::SHA256, name.as_bytes()).as_ref()).unwrap()
}

pub(crate) fn ring(primary: &str, others: &[&str]) -> KeyRing {
    others.iter().fold(KeyRing::new(&key(primary)), |ring, name| ring.and_opens(&key(name)).unwrap())
}

/// As a cookie is bound.
fn cookie() -> Associated<'static> {
    Associated::new(Purpose::SealCookie, "shop").cookie("__Host-session").format(1)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
