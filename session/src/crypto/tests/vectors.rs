//! Known answers, computed by another implementation: HKDF and the layout written down in Python from the folder's
//! documentation with the standard library's `hmac`, AES-256-GCM from the package `cryptography`, PBKDF2 from `hashlib`
//! and compared with OpenSSL's. Keys and salts are SHA-256 of the text that is given, salts its first 24 bytes.

use std::num::NonZeroU32;

use ring::digest::{SHA256, digest};

use super::{cookie, hex, key};
use crate::crypto::passphrase::stretch;
use crate::crypto::{Associated, Key, KeyRing, Purpose};

fn hash(text: &str) -> [u8; 32] {
    digest(&SHA256, text.as_bytes()).as_ref().try_into().unwrap()
}

const LINEAGE: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

#[track_caller]
fn check(key: &Key, associated: &Associated<'_>, salt: &str, plaintext: &[u8], expected: &str) {
    let ring = KeyRing::new(key);
    let sealed = ring.seal_with(associated, plaintext, hash(salt).first_chunk().unwrap()).unwrap();
    assert_eq!(hex(&sealed), expected);
    assert_eq!(ring.open(associated, &sealed).unwrap(), plaintext);
}

#[test]
fn a_cookie_is_sealed_as_documented() {
    check(
        &key("key 1"),
        &cookie(),
        "salt 1",
        b"three apples",
        "01e7fa89523261b4a8fbe54b47c0109b1cc71a9cb5baa4c7bc53e6f8430ccb8a2b504c89818b869f79c2d337728f57df8545584f2f1ed53237",
    );
}

#[test]
fn an_empty_record_is_sealed_as_documented_with_a_key_of_64_bytes() {
    let key = Key::from_bytes(&[hash("key 2"), hash("key 2, continued")].concat()).unwrap();
    let parts: [&[u8]; 2] = [b"created", b""];
    let record = Associated::new(Purpose::SealRecord, "shop").format(2).lineage(&LINEAGE).immutable(&parts);
    let expected =
        "0181043628c3a6a8530dbb478fb70a6ca8c7263a94ba0b08ca8d6ae967b8e13892272b0d6e708c6fe9b532d6af";
    check(&key, &record, "salt 2", b"", expected);
}

#[test]
fn a_field_is_sealed_as_documented() {
    let field = Associated::new(Purpose::SealField, "größe")
        .cookie("__Host-session")
        .lineage(&LINEAGE)
        .field(0x0102_0304);
    let plaintext: Vec<u8> = (0..40).collect();
    check(
        &key("key 1"),
        &field,
        "salt 3",
        &plaintext,
        "01e7fa8952df3327a1ccb98669d3f6b9f60135b3c7a26e86c072e076483a96ec0f5bc5b223e58af7d96f40e9d9a0331229d63081398223e5283d8d514484986551c0df16e8a33ce21577287a2535ea9e561c0f9480",
    );
}

#[test]
fn the_id_of_a_key_is_as_documented() {
    assert_eq!(KeyRing::new(&key("key 1")).primary().to_string(), "e7fa8952");
}

#[test]
fn a_passphrase_is_stretched_by_pbkdf2() {
    // RFC 7914 §11.
    let one = NonZeroU32::MIN;
    let expected = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc";
    assert_eq!(hex(&stretch(b"passwd", b"salt", one)), expected);

    let salt = &hash("salt")[..16];
    let key = Key::from_passphrase("Nine purple lorries overtook the heron", salt, 100_000).unwrap();
    assert_eq!(hex(key.bytes()), "8d24dcea1b822c889e8224249eaf8b99b86e263e71c0faeab4d8e30cd4b0e671");
}
