//! Keys, and the sealing of bytes with them: confidential, unforgeable, bound to what they are for.
//!
//! [`Key`] is a secret, [`KeyRing`] the keys of a deployment, [`SharedKeyRing`] a ring that is replaced while it is used,
//! [`Associated`] what sealed bytes are bound to. `cargo run --example keygen` makes a key. This folder knows bytes only:
//! it must never learn what a session, a store or a cookie is, hold a default secret, accept anything that was not
//! authenticated, or tell why something did not open.
//!
//! ```
//! use session::crypto::{Associated, Key, KeyRing, Purpose};
//!
//! # let text = Key::generate()?.to_text();
//! # let text = text.expose();
//! let ring = KeyRing::new(&Key::from_text(text)?);
//! let bound_to = Associated::new(Purpose::SealCookie, "shop").cookie("__Host-session").format(1);
//! let sealed = ring.seal(&bound_to, b"three apples")?;
//! assert_eq!(ring.open(&bound_to, &sealed)?, b"three apples");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The envelope
//!
//! ```text
//! version = 1 (1) · key id (4) · salt (24) · ciphertext (as long as the plaintext) · tag (16)
//!
//! root          = HKDF-Extract("session/key/1", key)
//! key id        = HKDF-Expand(root, "session/key-id/1", 4)
//! purpose key   = HKDF-Expand(root, label of the purpose, 32)
//! message key   = HKDF-Expand(purpose key, "session/envelope/1" ‖ salt, 32)
//! nonce         = the last 12 bytes of the salt
//! ciphertext, tag = AES-256-GCM(message key, nonce, plaintext, associated = version ‖ key id ‖ salt ‖ parts)
//! parts         = each: length (8, little-endian) ‖ bytes:
//!                 label of the purpose, application, cookie, format, lineage, field, immutable parts …
//! ```
//!
//! HKDF is RFC 5869's with SHA-256. One version, one cipher: another construction is another version, and the label of
//! the message's key has the version in it, so that no bytes are valid under two.
//!
//! # Keyed hashes
//!
//! What only has to be recognised is not sealed but hashed with a key ([`KeyRing::mac`]): signed ids, bindings, CSRF
//! tokens.
//!
//! ```text
//! mac key       = HKDF-Expand(root, label of the purpose, 32)
//! mac           = HMAC-SHA-256(mac key, parts), each part: length (8, little-endian) ‖ bytes
//! ```
//!
//! # How many messages a key may seal
//!
//! With AES-GCM a nonce that is used twice under one key is fatal. Random 96-bit nonces limit a key to 2³² messages (NIST
//! SP 800-38D §8.3: the chance of a repetition must stay below 2⁻³²), which a fleet with 10 000 writes a second reaches
//! in five days. Here every message has a key of its own, derived from 192 random bits, so that its nonce need not be
//! another one. It is a part of the salt all the same, which costs nothing:
//!
//! - **Repetition.** Two messages share key and nonce if their salts are equal: for q messages with a chance of at most
//!   q² / 2¹⁹³. That is 2⁻⁶⁵ for 2⁶⁴ messages, and SP 800-38D's 2⁻³² is reached at q = 2⁸⁰. Different salts give the same
//!   256 bits of key with at most q² / 2²⁵⁷, as HKDF-Expand is a pseudorandom function (RFC 5869 §3). 2⁶⁴ messages are 58
//!   million years of those 10 000 writes a second.
//! - **Within a message.** A key encrypts one message of at most 2²⁰ blocks ([`SEAL_LIMIT`]): it differs from random by at
//!   most (2²⁰)² / 2¹²⁹ = 2⁻⁸⁹. For 2⁶⁴ messages that sums up to 2⁻²⁵ if all have 16 MiB, and to 2⁻⁴⁹ at 4 KiB.
//! - **Forgery.** One attempt succeeds with at most (blocks + 1) / 2¹²⁸: about 2⁻¹⁰⁸ at 16 MiB, 2⁻¹²⁰ in a cookie. 2⁴⁰
//!   attempts on cookies succeed with 2⁻⁸⁰. Tags are never shortened.
//! - **Guessing one of many keys.** 2⁶⁴ message keys of 256 bits leave 2¹⁹² work; the key itself has 256.
//!
//! So a key need not be changed because of how much it sealed; change it because people and machines leak. There is no
//! counter and no state between messages: a fork, a restored snapshot of a machine or two nodes with one key repeat a salt
//! only if the operating system's randomness repeats itself.
//!
//! AES-GCM does not commit to its key: who knows two keys can make bytes that open under both. Nobody but the deployment
//! knows its keys, only the key that the bytes name is tried, and the id is authenticated.
//!
//! # What it costs
//!
//! Measured once on a virtual processor without SHA instructions, against the alternative: one derived key per process
//! and a random nonce per message (its bound is 2³² messages a process, and the opening side needs a cache of derived
//! keys, which hostile salts can churn; the figure is for a hit).
//!
//! | payload | seal | open | per process: seal | open |
//! |---|---|---|---|---|
//! | 200 bytes | 1.5 µs | 1.1 µs | 0.7 µs | 0.3 µs |
//!
//! Less than a microsecond more a message, whatever its length (`cargo bench -p session`), is far below what one store call
//! takes, and buys the bound above without any state: each message has its own key.
//!
//! # What is wiped
//!
//! The bytes of a [`Key`], what it is decoded or derived from here, and each message's key are overwritten when they are
//! dropped. The exception is inside *ring*: the states of HMAC in a ring's purpose keys and the expanded AES key
//! of a message are not overwritten by it. Buffers of the caller are the caller's.

mod associated;
mod envelope;
mod key;
mod mac;
mod passphrase;
mod purpose;
mod ring;
mod weak;

pub use self::ring::{KeyRing, SharedKeyRing};
pub use associated::Associated;
pub use envelope::{OpenError, SEAL_LIMIT, SEAL_OVERHEAD};
pub use key::Key;
pub use mac::{MAC, MAC_LEAST};
pub use passphrase::{PBKDF2_ITERATIONS, PBKDF2_ITERATIONS_LEAST};
pub use purpose::{KeyId, MacPurpose, Purpose};

#[cfg(test)]
pub(crate) mod tests;
