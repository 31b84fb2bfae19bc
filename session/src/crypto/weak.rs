//! What is refused as a secret, with the reason. The reasons go to logs: none quotes the secret.

use std::borrow::Cow;

use zeroize::Zeroizing;

use super::Key;
use crate::error::{Error, ErrorKind};

/// 32 random bytes have about 30 different values; 16 or fewer less than once in 10¹³ keys.
const LEAST_DIFFERENT: usize = 17;

/// A default that stands in the source of a public library, and what tutorials write.
const KNOWN: [&str; 2] = ["1sxc1aNxGHTTZKlK5cpCgufJAqGM4G13", "correct horse battery staple"];

/// What secrets that nobody chose are made of, as [`plain`] shows them.
const WORDS: [&str; 36] = [
    "changeme",
    "changethis",
    "replace",
    "change",
    "please",
    "password",
    "passphrase",
    "passwort",
    "secret",
    "supersecret",
    "session",
    "cookie",
    "default",
    "example",
    "insecure",
    "development",
    "production",
    "testing",
    "test",
    "admin",
    "token",
    "value",
    "string",
    "random",
    "this",
    "with",
    "your",
    "key",
    "the",
    "for",
    "not",
    "abcdefghijklmnopqrstuvwxyz",
    "qwerty",
    "super",
    "long",
    "my",
];

/// How much of a text must be something else than [`WORDS`].
const LEAST_OF_ITS_OWN: usize = 8;

pub(super) fn refuse(reason: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InsecureSecret).in_context(reason)
}

/// Whether these bytes may be a key: long enough, and nothing that a random source would hardly give.
pub(super) fn check_bytes(bytes: &[u8]) -> Result<(), Error> {
    let least = Key::LEAST;
    match bytes {
        [] => return Err(refuse("a key must not be empty")),
        _ if bytes.len() < least => {
            return Err(refuse(format!(
                "a key of {} bytes is too short; it needs {least} random ones",
                bytes.len()
            )));
        }
        _ => {}
    }
    check_pattern(bytes)?;
    if is_text(bytes) {
        return Err(refuse(
            "the bytes of a key must be random and these are text; read base64 or hexadecimal text with `from_text`, \
             stretch a passphrase with `from_passphrase`",
        ));
    }
    let mut seen = [false; 256];
    bytes.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    match seen.iter().filter(|seen| **seen).count() {
        LEAST_DIFFERENT.. => Ok(()),
        different => Err(refuse(format!("a key with {different} different bytes only is not random"))),
    }
}

/// Whether text may be the secret in itself, whatever it stands for.
pub(super) fn check_text(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(refuse("a key must not be empty"));
    }
    check_pattern(text.as_bytes())?;
    let plain = plain(text);
    if KNOWN.iter().any(|known| *plain == *self::plain(known)) {
        return Err(refuse("this secret is published"));
    }
    let mut rest = plain;
    for word in WORDS {
        rest = Zeroizing::new(rest.replace(word, ""));
    }
    match rest.chars().count() {
        LEAST_OF_ITS_OWN.. => Ok(()),
        _ => Err(refuse("this secret is made of well-known words")),
    }
}

/// Whether text may be base64 of random bytes: 43 such characters lack capitals, or small letters, less than once in 10⁹
/// keys; phrases that happen to be base64 usually do.
pub(super) fn check_base64(text: &str) -> Result<(), Error> {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(|byte| is(byte));
    match has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) {
        true => Ok(()),
        false => Err(refuse("this is a phrase rather than base64 of random bytes; use `from_passphrase`")),
    }
}

/// One byte over and over, a counter, or a shorter run that is repeated.
pub(super) fn check_pattern(bytes: &[u8]) -> Result<(), Error> {
    let step = |pair: &[u8]| pair[1].wrapping_sub(pair[0]);
    let mut steps = bytes.windows(2).map(step);
    if let Some(first) = steps.next() {
        if steps.all(|step| step == first) {
            return Err(refuse(match first {
                0 => "a secret must not be one byte repeated",
                _ => "a secret must not be a sequence that counts",
            }));
        }
    }
    let repeats = |period: &usize| bytes[*period..] == bytes[..bytes.len() - period];
    match (1..=bytes.len() / 2).find(repeats) {
        Some(period) => Err(refuse(format!("a secret must not repeat a pattern of {period} bytes"))),
        None => Ok(()),
    }
}

/// Whether somebody could have typed it.
fn is_text(bytes: &[u8]) -> bool {
    str::from_utf8(bytes)
        .is_ok_and(|text| !text.chars().any(|char| char.is_control() && !char.is_whitespace()))
}

/// Without what people put in to please a rule: capitals, punctuation, digits for letters.
fn plain(text: &str) -> Zeroizing<String> {
    let letter = |char: char| match char {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other.to_ascii_lowercase(),
    };
    Zeroizing::new(text.chars().map(letter).filter(|char| char.is_alphanumeric()).collect())
}
