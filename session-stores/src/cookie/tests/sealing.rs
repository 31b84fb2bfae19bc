//! What was sealed opens for whom it was sealed for, whole, and for nobody else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session::crypto::{Associated, Purpose, SharedKeyRing};

use super::*;

fn store(
    keys: &KeyRing,
    set_up: impl FnOnce(session::config::SessionConfigBuilder) -> session::config::SessionConfigBuilder,
) -> Fixture {
    let clock = Arc::new(ManualClock::default());
    let config = set_up(SessionConfig::builder()).build().unwrap();
    let builder = CookieStore::builder().keys(keys.clone()).clock(Arc::clone(&clock));
    Fixture { clock, store: builder.build().for_config(&config).unwrap() }
}

#[test]
fn every_change_of_every_character_is_refused() {
    let t = Fixture::new();
    let (_, mut text) = t.seal(&create(&t, 1, fields("three apples")));
    for at in 0..text.len() {
        for change in 1..=255 {
            text[at] ^= change;
            assert!(!t.is_live(&text), "byte {at} changed by {change:#x}");
            text[at] ^= change;
        }
    }
    assert!(t.is_live(&text));
}

#[test]
fn every_change_of_every_sealed_byte_is_refused() {
    let t = Fixture::new();
    let (_, text) = t.seal(&create(&t, 1, fields("three apples")));
    let mut sealed = URL_SAFE_NO_PAD.decode(&text).unwrap();
    for at in 0..sealed.len() {
        for change in 1..=255 {
            sealed[at] ^= change;
            assert!(!t.is_live(URL_SAFE_NO_PAD.encode(&sealed).as_bytes()), "byte {at} by {change:#x}");
            sealed[at] ^= change;
        }
    }
}

#[test]
fn one_record_has_one_text() {
    let t = Fixture::new();
    let (_, text) = t.seal(&create(&t, 1, fields("of a length that leaves bits over")));
    let text = String::from_utf8(text).unwrap();
    for other in [format!("{text}="), format!("{text}=="), text.replace(['-', '_'], "+"), format!(" {text}")]
    {
        assert!(other == text || !t.is_live(other.as_bytes()), "{other}");
    }
    assert_ne!(text.len() % 4, 0, "or there would be no bits left over");
    let last = text.len() - 1;
    let twins = (b'A'..=b'z').filter(|byte| {
        let mut twin = text.clone().into_bytes();
        twin[last] = *byte;
        t.is_live(&twin)
    });
    assert_eq!(twins.count(), 1);
}

#[test]
fn a_record_opens_for_its_application_its_cookie_and_its_keys_alone() {
    let keys = ring();
    let own = store(&keys, |config| config);
    let (record, text) = own.seal(&create(&own, 1, fields("three apples")));
    assert_eq!(own.load(&text).unwrap().unwrap().fields, record.fields);
    assert!(store(&keys, |config| config).is_live(&text));
    assert!(!store(&keys, |config| config.application("blog")).is_live(&text));
    assert!(!store(&keys, |config| config.cookie_name("__Host-admin")).is_live(&text));
    assert!(!store(&ring(), |config| config).is_live(&text));
}

#[test]
fn what_the_ring_sealed_for_something_else_is_no_session() {
    let keys = ring();
    let t = store(&keys, |config| config);
    let (record, text) = t.seal(&create(&t, 1, fields("three apples")));
    let plain = record.encode();
    let sealed = |purpose, format| {
        let bound_to = Associated::new(purpose, "session").cookie("__Host-session").format(format);
        URL_SAFE_NO_PAD.encode(keys.seal(&bound_to, &plain).unwrap())
    };
    assert!(t.is_live(&text) && t.is_live(sealed(Purpose::SealCookie, 1).as_bytes()));
    assert!(!t.is_live(sealed(Purpose::SealRecord, 1).as_bytes()));
    assert!(!t.is_live(sealed(Purpose::SealCookie, 2).as_bytes()));
}

#[test]
fn what_authenticates_and_is_no_record_is_damage_and_not_absence() {
    let keys = ring();
    let t = store(&keys, |config| config);
    let (record, _) = t.seal(&create(&t, 1, fields("three apples")));
    let load = |plain: &[u8]| {
        let bound_to = Associated::new(Purpose::SealCookie, "session").cookie("__Host-session").format(1);
        let text = URL_SAFE_NO_PAD.encode(keys.seal(&bound_to, plain).unwrap());
        t.load(text.as_bytes()).map_err(|error| error.kind().clone())
    };
    let plain = record.encode();
    assert!(load(&plain).unwrap().is_some());
    assert_eq!(load(&plain[..50]).unwrap_err(), ErrorKind::Corrupt);
    assert_eq!(load(&plain[..plain.len() - 1]).unwrap_err(), ErrorKind::Corrupt);
    let newer = [&[2], &plain[1..]].concat();
    assert_eq!(load(&newer).unwrap_err(), ErrorKind::TooNew { version: u32::MAX });
    let mut bomb = record;
    bomb.header.packing.compressed = true;
    bomb.fields = crate::pack::compress(&vec![0; 1 << 20]).unwrap().into();
    assert_eq!(load(&bomb.encode()).unwrap_err(), ErrorKind::Corrupt);
}

#[test]
fn what_no_configuration_makes_is_not_even_decoded() {
    let t = Fixture::new();
    for length in [1 << 14, (1 << 14) + 1, 1 << 20] {
        assert!(!t.is_live(&vec![b'A'; length]));
    }
}

#[test]
fn a_record_of_a_retired_key_is_read_and_sealed_with_the_new_one_when_it_is_written() {
    let [old, new] = [Key::generate().unwrap(), Key::generate().unwrap()];
    let clock = Arc::new(ManualClock::default());
    let keys = SharedKeyRing::new(KeyRing::new(&old));
    let builder = CookieStore::builder().keys(keys.clone()).clock(Arc::clone(&clock));
    let store = builder.build().for_config(&SessionConfig::default()).unwrap();
    let t = Fixture { clock, store };
    let (record, text) = t.seal(&create(&t, 1, fields("three apples")));
    keys.replace(KeyRing::new(&new).and_opens(&old).unwrap());
    let read = t.load(&text).unwrap().unwrap();
    assert_eq!(read.fields, record.fields);
    let (_, written) = t.seal(&update(&read.header, fields("four apples")));
    t.pass(SECOND);
    let touched =
        now(t.store.touch(&Touch::held(Handle::from_bytes([1; 16]), read, Duration::ZERO))).unwrap();
    let Touched::Until { sealed: Some(touched), .. } = touched else { panic!("{touched:?}") };
    keys.replace(KeyRing::new(&new));
    assert!(t.is_live(&written) && t.is_live(&touched) && !t.is_live(&text));
}

#[test]
fn two_cookies_of_one_record_have_nothing_in_common() {
    let t = Fixture::new();
    let [one, other] = [(); 2].map(|()| t.seal(&create(&t, 1, fields("three apples"))).1);
    // Version and key id are the same.
    assert_eq!(one[..6], other[..6]);
    assert_ne!(one[8..], other[8..]);
}

#[test]
fn debug_shows_neither_keys_nor_what_is_sealed() {
    let t = Fixture::new();
    let shown = format!("{:?}", t.store);
    assert!(
        shown.starts_with("CookieStore { cookie: Some(\"__Host-session\"), keys: Some(SharedKeyRing("),
        "{shown}"
    );
}
