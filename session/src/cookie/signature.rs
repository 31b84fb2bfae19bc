//! A session id and its signature, in one cookie: `id . base64url(key id (4) ‖ the first 16 bytes of the keyed hash)`.
//!
//! It shows that the id was issued here, without asking a store. What the id opens, the store alone knows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::config::{SessionConfig, SignedIds};
use crate::crypto::{KeyId, MacPurpose};
use crate::token::{TOKEN_TEXT, Token};

const KEY: usize = 4;
/// 128 bits, as RFC 4868 shortens HMAC-SHA-256.
const HASH: usize = 16;
/// The length of `KEY + HASH` bytes in base64, without padding.
const TAG_TEXT: usize = 27;

/// The id as it is issued: signed, if the configuration says so.
pub(crate) fn signed(config: &SessionConfig, mut id: String) -> String {
    let signs = config.signed_ids() != SignedIds::Off;
    let Some(keys) = config.keys().filter(|_| signs) else { return id };
    let (key, hash) = keys.current().mac(MacPurpose::SignId, &parts(config, id.as_bytes()));
    let mut tag = [0; KEY + HASH];
    tag[..KEY].copy_from_slice(key.as_bytes());
    tag[KEY..].copy_from_slice(&hash[..HASH]);
    id.push('.');
    URL_SAFE_NO_PAD.encode_string(tag, &mut id);
    id
}

/// Whether a cookie's value has the form of an id that this configuration accepts.
pub(crate) fn looks_like(config: &SessionConfig, value: &[u8]) -> bool {
    match value.split_at_checked(TOKEN_TEXT) {
        Some((id, [])) => config.signed_ids() != SignedIds::Required && Token::looks_like(id),
        Some((id, [b'.', tag @ ..])) => {
            config.keys().is_some() && tag.len() == TAG_TEXT && Token::looks_like(id)
        }
        _ => false,
    }
}

/// The id in a value of [that form](looks_like), if its signature is ours or it needs none.
pub(crate) fn verified<'a>(config: &SessionConfig, value: &'a [u8]) -> Option<&'a [u8]> {
    let (id, rest) = value.split_at_checked(TOKEN_TEXT)?;
    let [b'.', text @ ..] = rest else {
        return (rest.is_empty() && config.signed_ids() != SignedIds::Required).then_some(id);
    };
    let mut tag = [0; KEY + HASH];
    if text.len() != TAG_TEXT || URL_SAFE_NO_PAD.decode_slice(text, &mut tag) != Ok(KEY + HASH) {
        return None;
    }
    let (key, hash) = tag.split_first_chunk::<KEY>()?;
    let ring = config.keys()?.current();
    ring.verify_mac(MacPurpose::SignId, KeyId::from_bytes(*key), &parts(config, id), hash).then_some(id)
}

/// An id is valid for one application and one cookie.
fn parts<'a>(config: &'a SessionConfig, id: &'a [u8]) -> [&'a [u8]; 3] {
    [config.application().as_bytes(), config.cookie().name().as_bytes(), id]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SessionConfigBuilder;
    use crate::crypto::tests::ring;

    const ID: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    fn builder(signed: SignedIds) -> SessionConfigBuilder {
        SessionConfig::builder().application("shop").keys(ring("a", &[])).signed_ids(signed)
    }

    fn config(signed: SignedIds) -> SessionConfig {
        builder(signed).build().unwrap()
    }

    fn accepts(config: &SessionConfig, value: &str) -> bool {
        let accepted = verified(config, value.as_bytes());
        assert!(accepted.is_none_or(|id| id == ID.as_bytes()));
        looks_like(config, value.as_bytes()) && accepted.is_some()
    }

    #[test]
    fn a_signed_id_is_accepted_as_it_was_issued_and_in_no_other_spelling() {
        let config = config(SignedIds::Required);
        let value = signed(&config, ID.to_owned());
        assert!(accepts(&config, &value));
        assert_eq!(value.len(), TOKEN_TEXT + 1 + TAG_TEXT);
        for at in 0..value.len() {
            for other in ['A', 'B', '_', '.', '='] {
                let mut changed = value.clone();
                changed.replace_range(at..=at, &other.to_string());
                assert_eq!(accepts(&config, &changed), changed == value, "{changed}");
            }
            assert!(!accepts(&config, &value[..at]), "{at} characters");
        }
        assert!(!accepts(&config, &format!("{value}A")));
        assert!(!accepts(&config, &format!("{value}.{value}")));
    }

    #[test]
    fn a_signature_is_valid_for_one_application_one_cookie_and_the_rings_keys() {
        let value = signed(&config(SignedIds::Required), ID.to_owned());
        for other in [
            builder(SignedIds::Required).application("blog"),
            builder(SignedIds::Required).cookie_name("__Host-admin"),
            builder(SignedIds::Required).keys(ring("b", &[])),
        ] {
            assert!(!accepts(&other.build().unwrap(), &value));
        }
        let rotated = builder(SignedIds::Required).keys(ring("b", &["a"]));
        let rotated = rotated.build().unwrap();
        assert!(accepts(&rotated, &value));
        assert_ne!(signed(&rotated, ID.to_owned()), value, "issued again, it has the primary key's");
    }

    #[test]
    fn every_two_neighbouring_steps_of_a_roll_out_accept_what_the_other_issues() {
        let steps = [SignedIds::Off, SignedIds::Migrating, SignedIds::Required].map(config);
        for (issuer, accepting) in [(0, 0..2), (1, 0..3), (2, 0..3)] {
            let value = signed(&steps[issuer], ID.to_owned());
            for (reader, config) in steps.iter().enumerate() {
                assert_eq!(accepts(config, &value), accepting.contains(&reader), "{issuer} to {reader}");
            }
        }
        let without_keys = SessionConfig::default();
        assert!(accepts(&without_keys, ID));
        assert!(!accepts(&without_keys, &signed(&steps[1], ID.to_owned())));
    }
}
