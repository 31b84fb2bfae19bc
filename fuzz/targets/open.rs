//! Bytes as an envelope. Nobody can make one without the key, so whatever was not sealed must be refused; and text as a
//! key, which must be refused or come back from its own text.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use session::crypto::{Associated, Key, KeyRing, Purpose};
use session_fuzz::{frugal, ring};

const PLAINTEXT: &[u8] = b"header and fields of some session, in sixty-four bytes or nearly";

static VALID: LazyLock<Vec<u8>> =
    LazyLock::new(|| ring().seal(&bound_to("shop"), PLAINTEXT).expect("sealed"));

fn bound_to(application: &str) -> Associated<'_> {
    Associated::new(Purpose::SealCookie, application).cookie("__Host-session").format(1)
}

fuzz_target!(|input: &[u8]| {
    let Some((kind, bytes)) = input.split_first() else { return };
    match kind % 4 {
        // As they are.
        0 => refused(ring(), &bound_to("shop"), bytes),
        // Behind a head that names a key of the ring.
        1 => refused(ring(), &bound_to("shop"), &[&[1], &ring().primary().as_bytes()[..], bytes].concat()),
        // A valid envelope with changes, each three bytes: a place and what is changed there. Then bound to another name.
        2 => {
            let mut sealed = VALID.clone();
            for change in bytes.chunks_exact(3) {
                let place = usize::from(u16::from_le_bytes([change[0], change[1]])) % sealed.len();
                sealed[place] ^= change[2];
            }
            match sealed == *VALID {
                true => assert_eq!(ring().open(&bound_to("shop"), &sealed).as_deref(), Ok(PLAINTEXT)),
                false => refused(ring(), &bound_to("shop"), &sealed),
            }
            if let Ok(name) = str::from_utf8(bytes)
                && name != "shop"
            {
                refused(ring(), &bound_to(name), &VALID);
            }
        }
        _ => {
            let Ok(text) = str::from_utf8(bytes) else { return };
            if let Ok(key) = Key::from_text(text) {
                assert_eq!(Key::from_text(key.to_text().expose()).ok(), Some(key));
            }
        }
    }
});

fn refused(ring: &KeyRing, associated: &Associated<'_>, bytes: &[u8]) {
    assert!(frugal(bytes.len(), || ring.open(associated, bytes)).is_err());
}
