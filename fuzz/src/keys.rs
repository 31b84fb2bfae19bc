use std::sync::LazyLock;

use session::SessionConfig;
use session::crypto::{Key, KeyRing};

/// A ring that is the same in every run, so that inputs mean the same.
pub fn ring() -> &'static KeyRing {
    static RING: LazyLock<KeyRing> = LazyLock::new(|| {
        let key = |seed: u8| {
            let step = |byte: &u8| Some(byte.wrapping_mul(141).wrapping_add(3));
            let bytes: Vec<u8> = std::iter::successors(Some(seed), step).take(Key::LEAST).collect();
            Key::from_bytes(&bytes).expect("a key")
        };
        let [primary, other] = [1, 2].map(key);
        KeyRing::new(&primary).and_opens(&other).expect("two keys")
    });
    &RING
}

/// With that ring.
pub fn config() -> &'static SessionConfig {
    static CONFIG: LazyLock<SessionConfig> = LazyLock::new(|| {
        SessionConfig::builder().keys(ring().clone()).build().expect("a valid configuration")
    });
    &CONFIG
}
