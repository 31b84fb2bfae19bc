//! What the client holds and what the store is told of it.
//!
//! A token is `handle ‖ secret`. The handle names the record for its whole life and is not secret. The secret is the
//! credential: it is never printed, logged or stored; a record holds its [`Proof`] only, so that a copy of the store
//! opens no session. Rotating the session id replaces the secret and keeps the handle.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{digest, hkdf};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::error::Error;
use crate::random;

/// Bytes of a handle, and of a secret: 128 random bits each (OWASP asks for 64, ASVS 5.0 7.2.3 for 128).
const HALF: usize = 16;

/// The length of a token as text.
pub(crate) const TOKEN_TEXT: usize = 43;

/// Names a record for its whole life: the store's key, the index's member, the device list's handle, and what logs show
/// a part of. Not secret; knowing it opens nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle([u8; HALF]);

impl Handle {
    pub(crate) fn random() -> Result<Self, Error> {
        random::bytes().map(Self)
    }

    /// The handle of these bytes.
    pub const fn from_bytes(bytes: [u8; HALF]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; HALF] {
        &self.0
    }

    /// As text that fits a URL: 22 characters.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads [`encode`](Self::encode)'s text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; HALF];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(HALF) if text.len() == 22 => Some(Self(bytes)),
            _ => None,
        }
    }
}

/// Shows the first 32 bits: enough to follow one session through a log.
impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "{a:02x}{b:02x}{c:02x}{d:02x}…")
    }
}

/// SHA-256 of a secret: what the record holds of it. Compared in constant time, never printed.
#[derive(Clone, Copy)]
pub struct Proof([u8; 32]);

impl Proof {
    /// The proof of these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for a store to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn words(&self) -> [u64; 4] {
        let (words, _) = self.0.as_chunks();
        std::array::from_fn(|at| u64::from_ne_bytes(words[at]))
    }
}

impl PartialEq for Proof {
    /// Word by word, which is a quarter of the steps that bytes would be.
    fn eq(&self, other: &Self) -> bool {
        self.words().ct_eq(&other.words()).into()
    }
}

impl Eq for Proof {}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(..)")
    }
}

/// The credential half of a token.
#[derive(Clone)]
pub(crate) struct TokenSecret([u8; HALF]);

impl Drop for TokenSecret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl TokenSecret {
    pub(crate) fn random() -> Result<Self, Error> {
        random::bytes().map(Self)
    }

    pub(crate) fn proof(&self) -> Proof {
        let mut proof = [0; 32];
        proof.copy_from_slice(digest::digest(&digest::SHA256, &self.0).as_ref());
        Proof(proof)
    }
}

impl TokenSecret {
    /// `next`, readable only with this secret; and back again, since it is its own inverse.
    ///
    /// XOR with a key that HKDF-SHA-256 (RFC 5869) derives from this secret, 128 uniformly random bits, and the handle.
    /// One secret wraps one `next` in its life, so the pad is used once. It needs no tag: what comes out is believed only
    /// if it has the record's proof.
    fn pad_with(&self, handle: &Handle, next: &[u8; HALF]) -> [u8; HALF] {
        struct Pad;
        impl hkdf::KeyType for Pad {
            fn len(&self) -> usize {
                HALF
            }
        }
        let mut pad = [0; HALF];
        let key = hkdf::Salt::new(hkdf::HKDF_SHA256, b"session/next/1").extract(&self.0);
        // Sixteen bytes are far below HKDF's bound, and the pad has their length: neither call can fail.
        let filled = key.expand(&[&handle.0], Pad).and_then(|output| output.fill(&mut pad));
        debug_assert!(filled.is_ok(), "HKDF gives sixteen bytes");
        let wrapped = std::array::from_fn(|byte| next[byte] ^ pad[byte]);
        pad.zeroize();
        wrapped
    }

    /// This secret, to be wrapped in another.
    pub(crate) fn wrapped_in(&self, outer: &Self, handle: &Handle) -> [u8; HALF] {
        outer.pad_with(handle, &self.0)
    }

    /// The secret that [`wrapped_in`](Self::wrapped_in) this one gave `wrapped`.
    pub(crate) fn unwrap_next(&self, handle: &Handle, wrapped: &[u8; HALF]) -> Self {
        Self(self.pad_with(handle, wrapped))
    }
}

/// What the client holds: the value of the session cookie. Has no `Debug` that shows it and no `Display`.
#[derive(Clone)]
pub struct Token {
    pub(crate) handle: Handle,
    pub(crate) secret: TokenSecret,
}

impl Token {
    /// Reads a cookie's value. Anything that is not exactly a token is `None`, without a store being asked.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 2 * HALF]);
        if text.len() != TOKEN_TEXT || URL_SAFE_NO_PAD.decode_slice(text, &mut *bytes) != Ok(2 * HALF) {
            return None;
        }
        let mut token = Self { handle: Handle([0; HALF]), secret: TokenSecret([0; HALF]) };
        token.handle.0.copy_from_slice(&bytes[..HALF]);
        token.secret.0.copy_from_slice(&bytes[HALF..]);
        Some(token)
    }

    /// Whether a cookie's value has the form of a token. Cheaper than [`parse`](Self::parse), which has the last word.
    pub(crate) fn looks_like(text: &[u8]) -> bool {
        let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        text.len() == TOKEN_TEXT && text.iter().all(is_letter)
    }

    /// The record that the token names.
    pub const fn handle(&self) -> Handle {
        self.handle
    }

    /// The text to hand to the client and to nobody else: 43 characters that need no quoting in a cookie.
    pub fn expose(&self) -> String {
        let mut bytes = [0; 2 * HALF];
        bytes[..HALF].copy_from_slice(&self.handle.0);
        bytes[HALF..].copy_from_slice(&self.secret.0);
        let text = URL_SAFE_NO_PAD.encode(bytes);
        bytes.zeroize();
        text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("handle", &self.handle).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_text_and_from_nothing_else() {
        let token = Token { handle: Handle::random().unwrap(), secret: TokenSecret::random().unwrap() };
        let text = token.expose();
        assert_eq!(text.len(), TOKEN_TEXT);
        let back = Token::parse(text.as_bytes()).unwrap();
        assert_eq!(back.handle, token.handle);
        assert_eq!(back.secret.proof(), token.secret.proof());

        for bad in
            ["", "x", &text[1..], &format!("{text}="), &format!("{text}A"), &text.replace(&text[5..6], "!")]
        {
            assert!(Token::parse(bad.as_bytes()).is_none(), "{bad:?}");
        }
        // 43 characters carry two bits more than 32 bytes: a second spelling of one token must not pass.
        let last = text.as_bytes()[42];
        let other = (b'A'..=b'z').filter(|c| *c != last).filter_map(|c| {
            let mut spelled = text.clone().into_bytes();
            spelled[42] = c;
            Token::parse(&spelled)
        });
        for token in other {
            assert_ne!(token.secret.proof(), back.secret.proof());
        }
    }

    #[test]
    fn debug_shows_part_of_the_handle_and_nothing_of_the_secret() {
        let token = Token { handle: Handle([0xab; 16]), secret: TokenSecret([0xcd; 16]) };
        assert_eq!(format!("{token:?}"), "Token { handle: abababab…, .. }");
        assert_eq!(format!("{:?}", token.secret.proof()), "Proof(..)");
    }

    #[test]
    fn the_next_secret_is_readable_with_the_one_before_it_alone() {
        let handle = Handle::random().unwrap();
        let [before, next, other] = [(); 3].map(|()| TokenSecret::random().unwrap());
        let wrapped = next.wrapped_in(&before, &handle);
        assert_ne!(wrapped, next.0);
        assert_eq!(before.unwrap_next(&handle, &wrapped).proof(), next.proof());
        assert_ne!(other.unwrap_next(&handle, &wrapped).proof(), next.proof());
        assert_ne!(before.unwrap_next(&Handle::random().unwrap(), &wrapped).proof(), next.proof());
    }

    #[test]
    fn a_handle_comes_back_from_its_text() {
        let handle = Handle::random().unwrap();
        assert_eq!(Handle::parse(&handle.encode()), Some(handle));
        assert_eq!(Handle::parse("short"), None);
        assert_eq!(Handle::parse(&format!("{}A", handle.encode())), None);
    }
}
