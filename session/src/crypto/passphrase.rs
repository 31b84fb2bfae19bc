//! A key from what somebody can remember.

use std::num::NonZeroU32;

use ring::pbkdf2;
use zeroize::Zeroizing;

use super::Key;
use super::weak::{check_pattern, check_text, refuse};
use crate::error::Error;

/// The rounds of PBKDF2 that [`Key::from_passphrase`] should be given: 600 000, which OWASP's Password Storage Cheat
/// Sheet asks for with HMAC-SHA-256.
pub const PBKDF2_ITERATIONS: u32 = 600_000;

/// The fewest rounds that are accepted: 100 000, the floor of Sonar's rule S5344 where 600 000 cannot be afforded. (NIST
/// SP 800-132 §5.2 says 1 000, and that is of 2010.)
pub const PBKDF2_ITERATIONS_LEAST: u32 = 100_000;

/// NIST SP 800-132 §5.1: at least 128 bits.
const LEAST_SALT: usize = 16;

/// What NIST SP 800-63B-4 §3.1.1.2 asks of a password that stands alone.
const LEAST_CHARACTERS: usize = 15;

impl Key {
    /// A key from a passphrase, by PBKDF2-HMAC-SHA256 (RFC 8018, NIST SP 800-132).
    ///
    /// Prefer [`generate`](Self::generate): a passphrase has as few bits here as it had before, and whoever holds one
    /// sealed cookie can try passphrases without asking anybody; the rounds and the salt make each try dear. Call this
    /// **once, when the program starts**: it computes for a good part of a second, and blocks while it does.
    ///
    /// The same passphrase, salt and number of rounds give the same key, on every node and after every restart. The salt
    /// is not secret, but it must be of this deployment: make 16 or more random bytes once and keep them with the
    /// configuration. The number of rounds belongs to the key: raising it is a rotation.
    ///
    /// ```
    /// use session::crypto::{Key, PBKDF2_ITERATIONS};
    ///
    /// # let passphrase = "Nine purple lorries overtook the heron";
    /// # let salt = [7, 1, 9, 4, 250, 3, 77, 12, 90, 45, 2, 201, 33, 8, 64, 128];
    /// # let iterations = PBKDF2_ITERATIONS;
    /// # let iterations = iterations / 6; // the example is not to take long
    /// let key = Key::from_passphrase(passphrase, &salt, iterations)?;
    /// # Ok::<(), session::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InsecureSecret`](crate::ErrorKind::InsecureSecret) with the reason: a passphrase of fewer than 15 characters, one
    /// that is a pattern, published or made of well-known words; a salt of fewer than 16 bytes or of a pattern; fewer
    /// than [`PBKDF2_ITERATIONS_LEAST`] rounds.
    pub fn from_passphrase(passphrase: &str, salt: &[u8], iterations: u32) -> Result<Self, Error> {
        let characters = passphrase.chars().count();
        if characters < LEAST_CHARACTERS {
            return Err(refuse(format!(
                "a passphrase of {characters} characters is too short; it needs {LEAST_CHARACTERS}"
            )));
        }
        check_text(passphrase)?;
        if salt.len() < LEAST_SALT {
            return Err(refuse(format!(
                "a salt of {} bytes is too short; it needs {LEAST_SALT} random ones",
                salt.len()
            )));
        }
        check_pattern(salt).map_err(|error| refuse("the salt must be random").caused_by(error))?;
        let rounds = NonZeroU32::new(iterations).filter(|rounds| rounds.get() >= PBKDF2_ITERATIONS_LEAST);
        let Some(rounds) = rounds else {
            return Err(refuse(format!(
                "{iterations} rounds of PBKDF2 are too few; {PBKDF2_ITERATIONS} are recommended and \
                 {PBKDF2_ITERATIONS_LEAST} the least"
            )));
        };
        Ok(Self::derived(stretch(passphrase.as_bytes(), salt, rounds)))
    }
}

/// 32 bytes: one block, so that an attacker has no more to compute for a part of the key than we for all of it.
pub(super) fn stretch(passphrase: &[u8], salt: &[u8], rounds: NonZeroU32) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; Key::LEAST]);
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, passphrase, &mut bytes);
    bytes
}
