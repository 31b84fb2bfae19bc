//! What a key is used for, and what is derived from it for each use. The labels are here and nowhere else.

use std::fmt;

use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::hmac;
use zeroize::Zeroizing;

use super::Key;

/// The salt of HKDF-Extract.
const ROOT: &[u8] = b"session/key/1";
/// The label of the key's id.
const KEY_ID: &[u8] = b"session/key-id/1";
/// The label of a message's key; its number is the envelope's version.
pub(super) const MESSAGE: &[u8] = b"session/envelope/1";

/// What bytes are sealed for. Each purpose has a key of its own, so that what was sealed for one opens for no other.
///
/// | purpose | label of HKDF-Expand |
/// |---|---|
/// | [`SealCookie`](Self::SealCookie) | `session/seal/cookie/1` |
/// | [`SealRecord`](Self::SealRecord) | `session/seal/record/1` |
/// | [`SealField`](Self::SealField) | `session/seal/field/1` |
///
/// What is hashed with a key has a [`MacPurpose`]. Terms of an [index](crate::store::Term) have no
/// key: whoever looks something up must compute the value under which it was written, whichever key is the primary by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// A record that is kept in the client's cookie.
    SealCookie,
    /// A record that a store keeps.
    SealRecord,
    /// One secret field of a record.
    SealField,
}

impl Purpose {
    /// In the order of their numbers.
    pub(super) const ALL: [Self; 3] = [Self::SealCookie, Self::SealRecord, Self::SealField];

    /// Its name in derivations and associated data. Never changed: what was sealed would not open.
    pub(super) const fn label(self) -> &'static [u8] {
        match self {
            Self::SealCookie => b"session/seal/cookie/1",
            Self::SealRecord => b"session/seal/record/1",
            Self::SealField => b"session/seal/field/1",
        }
    }
}

/// What bytes are hashed for, with a key. Each purpose has a key of its own, as each [`Purpose`] of sealing has.
///
/// | purpose | label of HKDF-Expand |
/// |---|---|
/// | [`SignId`](Self::SignId) | `session/sign/id/1` |
/// | [`Binding`](Self::Binding) | `session/mac/binding/1` |
/// | [`Csrf`](Self::Csrf) | `session/mac/csrf/1` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MacPurpose {
    /// That a session id is one of ours.
    SignId,
    /// From where a session may be used.
    Binding,
    /// That a form is a page's of that session.
    Csrf,
}

impl MacPurpose {
    /// In the order of their numbers.
    pub(super) const ALL: [Self; 3] = [Self::SignId, Self::Binding, Self::Csrf];

    /// Its name in derivations. Never changed: what was hashed would not be recognised.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::SignId => b"session/sign/id/1",
            Self::Binding => b"session/mac/binding/1",
            Self::Csrf => b"session/mac/csrf/1",
        }
    }
}

/// Names a key without telling anything about it: four bytes that HKDF derives from it. Stands in clear in front of what
/// the key sealed, and may be logged.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(super) [u8; 4]);

impl KeyId {
    /// The id of these bytes, which somebody wrote down.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }
}

/// Eight hexadecimal digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// What a ring keeps of a key: its id and the keys of each purpose. The bytes that it was made of are not kept.
#[derive(Clone)]
pub(super) struct Derived {
    pub(super) id: KeyId,
    purposes: [Prk; Purpose::ALL.len()],
    macs: [hmac::Key; MacPurpose::ALL.len()],
}

impl Derived {
    /// HKDF-SHA256 (RFC 5869): `root = Extract(ROOT, key)`, and of it `Expand(root, label)` for the id and each purpose.
    ///
    /// The key is the *input* of Extract, not HMAC's key: two keys that differ in trailing zeros differ here, too.
    pub(super) fn of(key: &Key) -> Self {
        let root = Salt::new(HKDF_SHA256, ROOT).extract(key.bytes());
        let mut id = [0; 4];
        expand(&root, &[KEY_ID], &mut id);
        let purposes = Purpose::ALL.map(|purpose| {
            root.expand(&[purpose.label()], HKDF_SHA256).map(Prk::from).expect("HKDF gives 32 bytes")
        });
        let macs = MacPurpose::ALL.map(|purpose| {
            let mut bytes = Zeroizing::new([0; 32]);
            expand(&root, &[purpose.label()], &mut *bytes);
            hmac::Key::new(hmac::HMAC_SHA256, &*bytes)
        });
        Self { id: KeyId(id), purposes, macs }
    }

    /// The key of HMAC for that purpose.
    pub(super) fn mac_key(&self, purpose: MacPurpose) -> &hmac::Key {
        &self.macs[purpose as usize]
    }

    /// The key from which each message of that purpose gets its own.
    pub(super) fn key_for(&self, purpose: Purpose) -> &Prk {
        &self.purposes[purpose as usize]
    }
}

/// HKDF-Expand into `out`.
pub(super) fn expand(key: &Prk, info: &[&[u8]], out: &mut [u8]) {
    struct Length(usize);
    impl KeyType for Length {
        fn len(&self) -> usize {
            self.0
        }
    }
    // HKDF gives up to 255 × 32 bytes, and the output has the length that is asked for: neither call can fail.
    key.expand(info, Length(out.len())).and_then(|output| output.fill(out)).expect("HKDF gives so few bytes");
}
