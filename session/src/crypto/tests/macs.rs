//! Keyed hashes: recognised by whoever has the key, for what they were made for, and by nobody and for nothing else.

use super::{hex, ring};
use crate::crypto::{KeyId, MAC_LEAST, MacPurpose};

const PARTS: &[&[u8]] = &[b"shop", b"__Host-session", b"token"];

/// Computed in Python from the folder's documentation, with the standard library's `hmac`.
#[test]
fn a_hash_is_made_as_documented() {
    let lineage: [u8; 16] = std::array::from_fn(|byte| u8::try_from(byte).unwrap());
    let table: [(MacPurpose, &[&[u8]], &str); 3] = [
        (MacPurpose::SignId, PARTS, "dd6a7df090552dc77882403236882842f1f9c6d70cd8b97a1ce0c89aff78211b"),
        (
            MacPurpose::Binding,
            &[b"shop", &lineage, b""],
            "5d0d5d26f2af79208db647747c80d54990ae6543a1e985e468e15886be85b7bb",
        ),
        (MacPurpose::Csrf, &[], "eef7ec74477420af987e4f3e06f6fb20dbef3fce61a9ad1a101205c9899269be"),
    ];
    for (purpose, parts, expected) in table {
        let (key, mac) = ring("key 1", &[]).mac(purpose, parts);
        assert_eq!((key.to_string().as_str(), hex(&mac).as_str()), ("e7fa8952", expected), "{purpose:?}");
    }
}

#[test]
fn a_hash_is_valid_for_its_purpose_and_its_parts_alone() {
    let ring = ring("a", &[]);
    let (key, mac) = ring.mac(MacPurpose::SignId, PARTS);
    assert!(ring.verify_mac(MacPurpose::SignId, key, PARTS, &mac));
    for purpose in [MacPurpose::Binding, MacPurpose::Csrf] {
        assert!(!ring.verify_mac(purpose, key, PARTS, &mac), "{purpose:?}");
    }
    // The same bytes, cut elsewhere.
    let others: [&[&[u8]]; 4] = [
        &[b"shop__Host-session", b"token"],
        &[b"shop", b"__Host-sessiontoken", b""],
        &[b"shop", b"__Host-session", b"token", b""],
        &[b"shop", b"__Host-session", b"tokens"],
    ];
    for other in others {
        assert!(!ring.verify_mac(MacPurpose::SignId, key, other, &mac), "{other:?}");
    }
}

#[test]
fn every_byte_of_a_hash_counts_and_a_short_one_is_nothing() {
    let ring = ring("a", &[]);
    let (key, mac) = ring.mac(MacPurpose::Csrf, PARTS);
    let verifies = |mac: &[u8]| ring.verify_mac(MacPurpose::Csrf, key, PARTS, mac);
    for length in 0..=mac.len() {
        assert_eq!(verifies(&mac[..length]), length >= MAC_LEAST, "{length} bytes");
    }
    assert!(!verifies(&[&mac[..], &[0]].concat()));
    for at in 0..mac.len() {
        let mut wrong = mac;
        wrong[at] ^= 1;
        assert!(!verifies(&wrong), "byte {at}");
    }
}

#[test]
fn a_hash_is_recognised_as_long_as_its_key_is_in_the_ring() {
    let (key, mac) = ring("old", &["new"]).mac(MacPurpose::Binding, PARTS);
    for (ring, expected) in
        [(ring("old", &[]), true), (ring("new", &["old"]), true), (ring("new", &[]), false)]
    {
        assert_eq!(ring.verify_mac(MacPurpose::Binding, key, PARTS, &mac), expected, "{ring:?}");
    }
    // The id is not taken for granted: another key of the ring made another hash.
    let both = ring("new", &["old"]);
    assert!(!both.verify_mac(MacPurpose::Binding, both.primary(), PARTS, &mac));
    assert!(!both.verify_mac(MacPurpose::Binding, KeyId::from_bytes([0; 4]), PARTS, &mac));
}
