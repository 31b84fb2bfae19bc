//! Keyed hashes: bytes by which the holders of the keys recognise what one of them wrote.

use ring::hmac;
use subtle::ConstantTimeEq as _;

use super::purpose::Derived;
use super::{KeyId, KeyRing, MacPurpose};

/// The bytes of a keyed hash.
pub const MAC: usize = 32;

/// The least bytes to which one may be shortened: 96 bits, the least of RFC 2104 §5 and far more than anybody can try out
/// against a server.
pub const MAC_LEAST: usize = 12;

impl KeyRing {
    /// HMAC-SHA-256 of `parts` with the primary key, and the id of that key, to be kept beside the hash.
    ///
    /// Every part stands behind its length, so that no two lists of parts are hashed alike. Put in whatever the hash must
    /// not be valid for any other of: application, cookie, record.
    ///
    /// ```
    /// use session::crypto::{Key, KeyRing, MacPurpose};
    ///
    /// let ring = KeyRing::new(&Key::generate()?);
    /// let (key, mac) = ring.mac(MacPurpose::Binding, &[b"shop", b"192.0.2.0/24"]);
    /// assert!(ring.verify_mac(MacPurpose::Binding, key, &[b"shop", b"192.0.2.0/24"], &mac));
    /// assert!(!ring.verify_mac(MacPurpose::Csrf, key, &[b"shop", b"192.0.2.0/24"], &mac));
    /// # Ok::<(), session::Error>(())
    /// ```
    pub fn mac(&self, purpose: MacPurpose, parts: &[&[u8]]) -> (KeyId, [u8; MAC]) {
        (self.primary.id, hash(&self.primary, purpose, parts))
    }

    /// Whether `mac`, or what it was shortened from, is the hash of `parts` with that key of the ring. Compared in
    /// constant time. Fewer than [`MAC_LEAST`] bytes, and a key that is not in the ring, verify nothing.
    pub fn verify_mac(&self, purpose: MacPurpose, key: KeyId, parts: &[&[u8]], mac: &[u8]) -> bool {
        let Some(key) = self.find(key) else { return false };
        if !(MAC_LEAST..=MAC).contains(&mac.len()) {
            return false;
        }
        hash(key, purpose, parts)[..mac.len()].ct_eq(mac).into()
    }
}

fn hash(key: &Derived, purpose: MacPurpose, parts: &[&[u8]]) -> [u8; MAC] {
    let mut context = hmac::Context::with_key(key.mac_key(purpose));
    for part in parts {
        context.update(&(part.len() as u64).to_le_bytes());
        context.update(part);
    }
    let mut mac = [0; MAC];
    mac.copy_from_slice(context.sign().as_ref());
    mac
}
