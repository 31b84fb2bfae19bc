//! Which keys there can be, and that none is shown.

use zeroize::ZeroizeOnDrop;

use super::{cookie, key, ring};
use crate::ErrorKind;
use crate::crypto::{Key, KeyRing, OpenError, PBKDF2_ITERATIONS, SharedKeyRing};

#[track_caller]
fn refused(result: Result<Key, crate::Error>, reason: &str) {
    let error = result.expect_err(reason);
    assert_eq!(*error.kind(), ErrorKind::InsecureSecret);
    assert!(error.to_string().contains(reason), "{error} does not say: {reason}");
}

#[test]
fn weak_bytes_are_refused_with_the_reason() {
    let short = key("short");
    let twice: Vec<u8> = [key("half").bytes(), key("half").bytes()].concat();
    let up: Vec<u8> = (250..=255).chain(0..26).collect();
    let down: Vec<u8> = (0..32).map(|at| 200 - 3 * at).collect();
    let short_pattern = [1, 2, 3, 250].repeat(8);
    let two_values: Vec<u8> = (0..64_u32).map(|at| if (at * at) % 7 < 3 { 200 } else { 13 }).collect();
    let table: [(&[u8], &str); 12] = [
        (b"", "empty"),
        (&short.bytes()[..31], "31 bytes is too short"),
        (&[0; 32], "one byte repeated"),
        (&[0xff; 64], "one byte repeated"),
        (&up, "counts"),
        (&down, "counts"),
        (&short_pattern, "a pattern of 4 bytes"),
        (&twice, "a pattern of 32 bytes"),
        (&two_values, "2 different bytes"),
        // The default of another session library, a tutorial's, and digits that stand for 256 random bits.
        (b"1sxc1aNxGHTTZKlK5cpCgufJAqGM4G13", "these are text"),
        (b"super secret key, please change it", "these are text"),
        (b"5f0c7a1e9b3d48264f8a0b6c2d1e3f59a7b8c9d0e1f2031425364758697a8b9c", "these are text"),
    ];
    for (bytes, reason) in table {
        refused(Key::from_bytes(bytes), reason);
    }
}

#[test]
fn weak_text_is_refused_with_the_reason() {
    let table = [
        ("", "empty"),
        ("  \n", "empty"),
        ("secret", "well-known words"),
        ("1sxc1aNxGHTTZKlK5cpCgufJAqGM4G13", "published"),
        ("ChangeMe-Ch4ngeThis-S3cret-Session-Key-Default", "well-known words"),
        ("Th1s_1s_a_Super_Secret_Key_for_Testing_not_for_Production", "well-known words"),
        ("correcthorsebatterystaplecorrectinghorses99", "a phrase rather than base64"),
        ("not base64 at all, but Long Enough For It!", "base64 or hexadecimal"),
        ("0000000000000000000000000000000000000000000000000000000000000000", "one byte repeated"),
        ("deadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeefdeadbeef", "a pattern of 8 bytes"),
        ("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "counts"),
        ("5f0c7a1e9b3d48264f8a0b6c2d1e3f59", "16 bytes is too short"),
        ("Xq3vR8mT2kLw9ZbN", "12 bytes is too short"),
        // Base64 of text.
        ("VGhlIHF1aWNrIGJyb3duIGZveCBqdW1wcyBvdmVyIHRoZSBsYXp5IGRvZw", "these are text"),
    ];
    for (text, reason) in table {
        refused(Key::from_text(text), reason);
    }
}

#[test]
fn weak_passphrases_salts_and_rounds_are_refused_with_the_reason() {
    const GOOD: &str = "Nine purple lorries overtook the heron";
    const SALT: &[u8] = &[7, 1, 9, 4, 250, 3, 77, 12, 90, 45, 2, 201, 33, 8, 64, 128];
    let table: [(&str, &[u8], u32, &str); 9] = [
        ("", SALT, PBKDF2_ITERATIONS, "0 characters is too short"),
        ("fourteen chars", SALT, PBKDF2_ITERATIONS, "14 characters is too short"),
        ("aaaaaaaaaaaaaaaaaaaa", SALT, PBKDF2_ITERATIONS, "one byte repeated"),
        ("my super secret password", SALT, PBKDF2_ITERATIONS, "well-known words"),
        ("Correct Horse Battery Staple!", SALT, PBKDF2_ITERATIONS, "published"),
        ("1sxc1aNxGHTTZKlK5cpCgufJAqGM4G13", SALT, PBKDF2_ITERATIONS, "published"),
        (GOOD, &SALT[1..], PBKDF2_ITERATIONS, "15 bytes is too short"),
        (GOOD, &[0; 16], PBKDF2_ITERATIONS, "the salt must be random"),
        (GOOD, SALT, 99_999, "99999 rounds"),
    ];
    for (passphrase, salt, iterations, reason) in table {
        refused(Key::from_passphrase(passphrase, salt, iterations), reason);
    }
}

#[test]
fn generated_keys_are_accepted_and_come_back_from_every_spelling() {
    for _ in 0..200 {
        let key = Key::generate().unwrap();
        assert_eq!(Key::from_bytes(key.bytes()).unwrap(), key);
        let text = key.to_text();
        let text = text.expose();
        let hex: String = key.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let standard = text.replace('-', "+").replace('_', "/");
        for spelling in
            [text, &format!("{text}=\n"), &standard, &format!(" {standard}="), &hex, &hex.to_uppercase()]
        {
            assert_eq!(Key::from_text(spelling).unwrap(), key);
        }
    }
}

#[test]
fn keys_are_equal_when_all_of_their_bytes_are() {
    let longer = Key::from_bytes(&[key("a").bytes(), &[0]].concat()).unwrap();
    assert_eq!(key("a"), key("a"));
    assert_ne!(key("a"), key("b"));
    assert_ne!(key("a"), longer);
    // Nor do they derive the same: HMAC alone would pad both with zeros.
    assert_ne!(KeyRing::new(&key("a")).primary(), KeyRing::new(&longer).primary());
}

#[test]
fn nothing_prints_a_byte_of_a_key() {
    fn wiped(_: &impl ZeroizeOnDrop) {}
    let key = key("a");
    wiped(&key);
    assert_eq!(format!("{key:?} {:?}", key.to_text()), "Key(..) Secret(..)");
    let ring = ring("key 1", &["key 2"]);
    let shown = "KeyRing { primary: KeyId(e7fa8952), opens: [KeyId(";
    assert!(format!("{ring:?}").starts_with(shown), "{ring:?}");
    assert_eq!(format!("{:?}", SharedKeyRing::from(ring.clone())), format!("SharedKeyRing({ring:?})"));
    let hidden: [&[u8]; 1] = [b"a digest"];
    assert!(!format!("{:?}", cookie().immutable(&hidden)).contains(&format!("{:?}", b"a digest")));
    assert_eq!(OpenError.to_string(), "the sealed bytes cannot be opened");
}

#[test]
fn two_keys_of_one_id_are_refused() {
    let error = ring("a", &["b"]).and_opens(&key("b")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Config(_)), "{error}");
    assert!(ring("a", &[]).and_opens(&key("a")).is_err());
    let ring = ring("a", &["b", "c"]);
    assert_eq!(ring.ids().count(), 3);
    assert_eq!(ring.ids().next(), Some(ring.primary()));
}
