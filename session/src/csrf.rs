//! The token by which a form shows that it is a page's of this session.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::config::SessionConfig;
use crate::crypto::{KeyId, KeyRing, MAC, MacPurpose, SharedKeyRing};
use crate::error::{Error, ErrorKind};
use crate::random;

const KEY: usize = 4;
const BARE: usize = KEY + MAC;
/// The length of a mask and what is masked, in base64.
const TEXT: usize = BARE * 2 * 4 / 3;

/// A CSRF token: text for a form's hidden field or a page's `<meta>`, to be sent back with every request that changes
/// something.
///
/// It is `base64url(mask ‖ (mask ⊕ (key id ‖ HMAC)))`: the keyed hash of the session's lineage and the number of its strict
/// rotations, under a random mask, so that a page's compressed size tells nothing about it (BREACH). Nothing is stored
/// for it. It is valid until the session ends or its id is rotated for a reason: a sign-in, a change of privilege.
///
/// Displays as its text, which needs no escaping in HTML, URLs and headers; `Debug` does not show it.
#[derive(Clone)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// Its text: 96 letters, digits, `-` and `_`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(..)")
    }
}

/// For which session a token is valid, and for how long.
pub(crate) struct Scope {
    pub(crate) lineage: [u8; 16],
    pub(crate) strict_rotations: u32,
}

/// A token, masked anew.
pub(crate) fn issue(config: &SessionConfig, scope: &Scope) -> Result<CsrfToken, Error> {
    let (key, hash) =
        with_parts(config, scope, |parts| keys(config).map(|ring| ring.mac(MacPurpose::Csrf, parts)))?;
    let mask: [u8; BARE] = random::bytes()?;
    let mut masked = [0; 2 * BARE];
    masked[..BARE].copy_from_slice(&mask);
    let bare = key.as_bytes().iter().chain(&hash);
    for ((out, mask), bare) in masked[BARE..].iter_mut().zip(mask).zip(bare) {
        *out = mask ^ bare;
    }
    Ok(CsrfToken(URL_SAFE_NO_PAD.encode(masked)))
}

/// Whether `text` is a token of that session.
///
/// # Errors
/// There are no keys.
pub(crate) fn accepts(config: &SessionConfig, scope: &Scope, text: &[u8]) -> Result<bool, Error> {
    let ring = keys(config)?;
    let mut masked = [0; 2 * BARE];
    if text.len() != TEXT || URL_SAFE_NO_PAD.decode_slice(text, &mut masked) != Ok(2 * BARE) {
        return Ok(false);
    }
    let (mask, bare) = masked.split_at_mut(BARE);
    for (bare, mask) in bare.iter_mut().zip(mask) {
        *bare ^= *mask;
    }
    let mut key = [0; KEY];
    key.copy_from_slice(&bare[..KEY]);
    Ok(with_parts(config, scope, |parts| {
        ring.verify_mac(MacPurpose::Csrf, KeyId::from_bytes(key), parts, &bare[KEY..])
    }))
}

fn with_parts<R>(config: &SessionConfig, scope: &Scope, work: impl FnOnce(&[&[u8]]) -> R) -> R {
    work(&[config.application().as_bytes(), &scope.lineage, &scope.strict_rotations.to_le_bytes()])
}

fn keys(config: &SessionConfig) -> Result<std::sync::Arc<KeyRing>, Error> {
    config.keys().map(SharedKeyRing::current).ok_or_else(|| {
        let problem = "CSRF tokens need keys: give some with `.keys(…)`";
        Error::new(ErrorKind::Config(vec![problem.to_owned()]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::tests::ring;

    const SCOPE: Scope = Scope { lineage: [7; 16], strict_rotations: 3 };

    fn config(keys: KeyRing) -> SessionConfig {
        SessionConfig::builder().keys(keys).build().unwrap()
    }

    fn accepted(config: &SessionConfig, scope: &Scope, text: &str) -> bool {
        accepts(config, scope, text.as_bytes()).unwrap()
    }

    #[test]
    fn a_token_is_another_text_each_time_and_always_accepted() {
        let config = config(ring("a", &[]));
        let [one, two] = [(); 2].map(|()| issue(&config, &SCOPE).unwrap());
        assert_eq!(one.as_str().len(), TEXT);
        // Nothing of one text is in the other: not the key's id either.
        let same = one.as_str().bytes().zip(two.as_str().bytes()).filter(|(one, two)| one == two).count();
        assert!(same < 20, "{same} of 96 characters are alike");
        for token in [one, two] {
            assert!(accepted(&config, &SCOPE, token.as_str()));
        }
    }

    #[test]
    fn a_token_is_valid_for_one_session_one_login_one_application_and_the_rings_keys() {
        let here = config(ring("a", &[]));
        let token = issue(&here, &SCOPE).unwrap();
        for other in [Scope { lineage: [8; 16], ..SCOPE }, Scope { strict_rotations: 4, ..SCOPE }] {
            assert!(!accepted(&here, &other, token.as_str()));
        }
        let elsewhere = SessionConfig::builder().keys(ring("a", &[])).application("blog").build().unwrap();
        assert!(!accepted(&elsewhere, &SCOPE, token.as_str()));
        assert!(
            accepted(&config(ring("b", &["a"])), &SCOPE, token.as_str()),
            "its key is retired from issuing"
        );
        assert!(!accepted(&config(ring("b", &[])), &SCOPE, token.as_str()));
    }

    #[test]
    fn nothing_but_the_whole_token_is_accepted() {
        let config = config(ring("a", &[]));
        let token = issue(&config, &SCOPE).unwrap();
        let text = token.as_str();
        for length in 0..TEXT {
            assert!(!accepted(&config, &SCOPE, &text[..length]));
        }
        assert!(!accepted(&config, &SCOPE, &format!("{text}A")));
        assert!(!accepted(&config, &SCOPE, &"A".repeat(TEXT)));
        for at in 0..TEXT {
            let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut changed = text.to_owned();
            changed.replace_range(at..=at, other);
            assert!(!accepted(&config, &SCOPE, &changed), "character {at}");
        }
    }

    #[test]
    fn a_token_without_keys_is_an_error_that_says_so() {
        let error = issue(&SessionConfig::default(), &SCOPE).unwrap_err();
        assert!(error.to_string().contains(".keys("), "{error}");
        assert!(accepts(&SessionConfig::default(), &SCOPE, b"").is_err());
    }

    #[test]
    fn debug_does_not_show_a_token() {
        let token = issue(&config(ring("a", &[])), &SCOPE).unwrap();
        assert_eq!(format!("{token:?}"), "CsrfToken(..)");
        assert_eq!(token.to_string(), token.as_str());
    }
}
