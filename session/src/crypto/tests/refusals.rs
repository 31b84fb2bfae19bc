//! Only what was sealed opens, and only for what it was sealed for.

use proptest::prelude::*;

use super::{cookie, key, ring};
use crate::Error;
use crate::crypto::{Associated, KeyRing, OpenError, Purpose, SEAL_LIMIT, SEAL_OVERHEAD};

const PLAINTEXT: &[u8] = b"header and fields of some session, in sixty-four bytes or nearly";

#[test]
fn every_change_of_every_byte_is_refused() {
    let ring = ring("a", &["b", "c"]);
    let mut sealed = ring.seal(&cookie(), PLAINTEXT).unwrap();
    for at in 0..sealed.len() {
        for change in 1..=255 {
            sealed[at] ^= change;
            assert_eq!(ring.open(&cookie(), &sealed), Err(OpenError), "byte {at} changed by {change:#x}");
            sealed[at] ^= change;
        }
    }
    assert_eq!(ring.open(&cookie(), &sealed).unwrap(), PLAINTEXT);
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let ring = ring("a", &[]);
    let sealed = ring.seal(&cookie(), PLAINTEXT).unwrap();
    for length in 0..sealed.len() {
        assert_eq!(ring.open(&cookie(), &sealed[..length]), Err(OpenError));
        assert_eq!(ring.open(&cookie(), &sealed[sealed.len() - length..]), Err(OpenError));
    }
    for more in 0..=255 {
        let mut longer = sealed.clone();
        longer.push(more);
        assert_eq!(ring.open(&cookie(), &longer), Err(OpenError));
    }
}

#[test]
fn what_is_sealed_for_one_thing_opens_for_no_other() {
    let ring = ring("a", &[]);
    let (one, other) = ([1; 16], [2; 16]);
    let [ab_c, a_bc, abc, with_empty]: [&[&[u8]]; 4] =
        [&[b"ab", b"c"], &[b"a", b"bc"], &[b"abc"], &[b"abc", b""]];
    let shop = |purpose| Associated::new(purpose, "shop");
    let mut things = vec![
        shop(Purpose::SealCookie).cookie("a").format(1),
        shop(Purpose::SealCookie).cookie("b").format(1),
        shop(Purpose::SealCookie).cookie("a").format(2),
        // The same letters, elsewhere.
        Associated::new(Purpose::SealCookie, "sho").cookie("pa").format(1),
        Associated::new(Purpose::SealCookie, "").cookie("shopa").format(1),
        Associated::new(Purpose::SealCookie, "shopa").format(1),
        shop(Purpose::SealCookie).cookie("a").format(1).lineage(&one),
        shop(Purpose::SealCookie).cookie("a").format(1).immutable(&[b""]),
        shop(Purpose::SealField).lineage(&one).field(0),
        shop(Purpose::SealField).lineage(&one).field(1),
        shop(Purpose::SealField).lineage(&other).field(0),
        shop(Purpose::SealField).lineage(&one),
        shop(Purpose::SealField).field(0),
        shop(Purpose::SealCookie),
    ];
    let headers = [&[][..], ab_c, a_bc, abc, with_empty];
    things.extend(headers.map(|parts| shop(Purpose::SealRecord).lineage(&one).immutable(parts)));
    for (index, thing) in things.iter().enumerate() {
        let sealed = ring.seal(thing, PLAINTEXT).unwrap();
        for (asked, associated) in things.iter().enumerate() {
            assert_eq!(ring.open(associated, &sealed).is_ok(), asked == index, "{thing:?} as {associated:?}");
        }
    }
}

#[test]
fn another_key_is_refused_even_under_the_name_of_the_right_one() {
    let sealed = ring("a", &[]).seal(&cookie(), PLAINTEXT).unwrap();
    assert_eq!(ring("b", &[]).open(&cookie(), &sealed), Err(OpenError));
    let both = ring("b", &["a"]);
    assert_eq!(both.open(&cookie(), &sealed).unwrap(), PLAINTEXT);
    let mut renamed = sealed;
    renamed[1..5].copy_from_slice(KeyRing::new(&key("b")).primary().as_bytes());
    assert_eq!(both.open(&cookie(), &renamed), Err(OpenError));
}

#[test]
fn sizes_are_bounded_on_both_sides() {
    let ring = ring("a", &[]);
    let error = ring.seal(&cookie(), &vec![0; SEAL_LIMIT + 1]).unwrap_err();
    let (actual, limit) = (SEAL_LIMIT + 1, SEAL_LIMIT);
    assert_eq!(*error.kind(), *Error::too_large(actual, limit).kind());
    let mut longer = ring.seal(&cookie(), b"").unwrap();
    assert_eq!(longer.len(), SEAL_OVERHEAD);
    longer.resize(SEAL_OVERHEAD + SEAL_LIMIT + 1, 0);
    assert_eq!(ring.open(&cookie(), &longer), Err(OpenError));
}

#[test]
fn what_the_primary_did_not_seal_says_so() {
    let (before, after) = (ring("a", &["b"]), ring("b", &["a"]));
    let sealed = before.seal(&cookie(), PLAINTEXT).unwrap();
    assert!(before.is_current(&sealed));
    assert!(!after.is_current(&sealed));
    assert!(!before.is_current(b""));
}

proptest! {
    #[test]
    fn what_was_sealed_opens(plaintext: Vec<u8>, application: String, name: String, format: u8) {
        let ring = ring("a", &[]);
        let associated = Associated::new(Purpose::SealCookie, &application).cookie(&name).format(format);
        let sealed = ring.seal(&associated, &plaintext).unwrap();
        prop_assert_eq!(sealed.len(), plaintext.len() + SEAL_OVERHEAD);
        prop_assert_eq!(ring.open(&associated, &sealed).unwrap(), plaintext.clone());
        prop_assert_ne!(ring.seal(&associated, &plaintext).unwrap(), sealed);
    }

    #[test]
    fn a_flipped_bit_is_refused(plaintext: Vec<u8>, bit: prop::sample::Index) {
        let ring = ring("a", &[]);
        let mut sealed = ring.seal(&cookie(), &plaintext).unwrap();
        let bit = bit.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(ring.open(&cookie(), &sealed), Err(OpenError));
    }

    #[test]
    fn arbitrary_bytes_are_refused(bytes: Vec<u8>, named: bool) {
        let ring = ring("a", &[]);
        let mut sealed = bytes;
        if named {
            sealed.splice(..0, [&[1][..], ring.primary().as_bytes()].concat());
        }
        prop_assert_eq!(ring.open(&cookie(), &sealed), Err(OpenError));
    }

    #[test]
    fn bindings_are_told_apart(left: (String, String, Vec<Vec<u8>>), right: (String, String, Vec<Vec<u8>>)) {
        fn encoded((application, name, parts): &(String, String, Vec<Vec<u8>>)) -> Vec<u8> {
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            Associated::new(Purpose::SealCookie, application).cookie(name).immutable(&parts).encode_after(b"")
        }
        prop_assert_eq!(encoded(&left) == encoded(&right), left == right);
    }
}
