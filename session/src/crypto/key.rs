//! [`Key`]: the bytes that everything else is derived from.

use std::fmt;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use super::weak;
use crate::error::{Error, ErrorKind};
use crate::{Secret, random};

/// A secret of at least 256 random bits, to be put into a [`KeyRing`](super::KeyRing).
///
/// There is no default key and no `Default`: a program without a key of its own does not start. Keys that look as if they
/// were not random are refused with the reason. `Debug` shows nothing, equality takes as long for a wrong key as for the
/// right one (the length is not hidden), and the bytes are overwritten when the key is dropped.
///
/// ```
/// use session::crypto::Key;
///
/// let key = Key::generate()?;                        // once: `cargo run --example keygen`
/// let text = key.to_text();                          // into the place where the secrets of a deployment are kept
/// assert_eq!(Key::from_text(text.expose())?, key);   // at every start
/// assert_eq!(format!("{key:?}"), "Key(..)");
///
/// let refused = Key::from_bytes(b"change me change me change me change me").unwrap_err();
/// assert!(matches!(refused.kind(), session::ErrorKind::InsecureSecret));
/// # Ok::<(), session::Error>(())
/// ```
#[derive(Clone)]
pub struct Key(Zeroizing<Vec<u8>>);

impl Key {
    /// The least bytes of a key: the strength of AES-256 and of HMAC-SHA-256, which derives from it.
    pub const LEAST: usize = 32;

    /// A new key of 32 random bytes.
    ///
    /// # Errors
    /// [`NoRandomness`](ErrorKind::NoRandomness).
    pub fn generate() -> Result<Self, Error> {
        let mut bytes: [u8; Self::LEAST] = random::bytes()?;
        let key = Self(Zeroizing::new(bytes.to_vec()));
        bytes.zeroize();
        Ok(key)
    }

    /// The key of these bytes: 32 or more, from a random source. All of them count.
    ///
    /// # Errors
    /// [`InsecureSecret`](ErrorKind::InsecureSecret) with the reason: too short, one byte repeated, a pattern, too few
    /// different bytes, or text. Random bytes fail these tests less than once in 10⁹ keys; text, however random, has
    /// fewer bits than bytes × 8 and belongs into [`from_text`](Self::from_text) or
    /// [`from_passphrase`](Self::from_passphrase).
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        weak::check_bytes(bytes)?;
        Ok(Self(Zeroizing::new(bytes.to_vec())))
    }

    /// The key that such text stands for: hexadecimal (64 digits or more) or base64 (43 characters or more; either
    /// alphabet, with or without padding). White space around it is ignored, so that a file with a line break will do.
    /// Text of hexadecimal digits alone is hexadecimal.
    ///
    /// ```no_run
    /// use session::crypto::{Key, KeyRing};
    ///
    /// let text = std::env::var("SESSION_KEY").expect("SESSION_KEY is set");
    /// let keys = KeyRing::new(&Key::from_text(&text)?);
    /// # Ok::<(), session::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`InsecureSecret`](ErrorKind::InsecureSecret) with the reason: neither of the two, made of well-known words, or
    /// what [`from_bytes`](Self::from_bytes) refuses of the decoded bytes.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        weak::check_text(text)?;
        let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let bytes = match is_hex {
            true => unhex(text),
            false => {
                weak::check_base64(text)?;
                unbase64(text)?
            }
        };
        weak::check_bytes(&bytes)?;
        Ok(Self(bytes))
    }

    /// The text to hand to the deployment and to nobody else, as [`from_text`](Self::from_text) reads it: base64 that
    /// needs no quoting in a shell, a URL or a TOML file.
    pub fn to_text(&self) -> Secret<String> {
        Secret::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// Bytes that were derived, not chosen.
    pub(super) fn derived(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

impl ZeroizeOnDrop for Key {}

/// Of digits in pairs.
fn unhex(text: &str) -> Zeroizing<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte - b'A' + 10,
    };
    Zeroizing::new(text.as_bytes().chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect())
}

fn unbase64(text: &str) -> Result<Zeroizing<Vec<u8>>, Error> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    // The decoder's error quotes a character of the secret: it is left out.
    GeneralPurpose::new(&alphabet, config).decode(text).map(Zeroizing::new).map_err(|_| {
        Error::new(ErrorKind::InsecureSecret).in_context("a key must be base64 or hexadecimal text")
    })
}
