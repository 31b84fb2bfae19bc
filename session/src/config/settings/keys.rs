//! Keys among the settings: text in, a ring out, and nothing shown.

use zeroize::Zeroizing;

use super::{Said, SessionSettings, Value};
use crate::crypto::{Key, KeyRing};
use crate::error::{Error, ErrorKind};

/// The key that seals, and keys that open only.
pub(super) const NAMES: [&str; 2] = ["key", "opening_keys"];

/// What the reference says about them.
pub(super) const REFERENCE: &str = "\
| `key` | `KEY` |  | hexadecimal or base64 | the key that seals and opens; secret |
| `opening_keys` | `OPENING_KEYS` |  | list of such | keys that open only: the next one, or the last one; secret |
";

impl SessionSettings {
    /// The ring of the keys that were said: `key` seals and opens, `opening_keys` open only. `None` without them.
    ///
    /// [`SessionConfigBuilder::settings`](super::SessionConfigBuilder::settings) uses it. It is here for who
    /// [replaces](crate::crypto::SharedKeyRing::replace) the keys of a running program after reading settings again, and
    /// for stores that are given a ring of their own.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) with a sentence for each key that must not be used. None of them quotes it.
    pub fn key_ring(&self) -> Result<Option<KeyRing>, Error> {
        let mut problems = Vec::new();
        let ring = self.ring(&mut problems);
        if problems.is_empty() { Ok(ring) } else { Err(Error::new(ErrorKind::Config(problems))) }
    }

    pub(super) fn ring(&self, problems: &mut Vec<String>) -> Option<KeyRing> {
        let [primary, opening] = NAMES.map(|name| self.said.get(name));
        let opening: Vec<_> = opening.map_or_else(Vec::new, |said| read(said, problems));
        let Some(primary) = primary else {
            if !opening.is_empty() {
                problems.push(
                    "there are opening_keys, which open only, but no key that seals: say `key`".to_owned(),
                );
            }
            return None;
        };
        let keys = read(primary, problems);
        let [key] = &keys[..] else {
            if keys.len() > 1 {
                let name = &primary.name;
                problems.push(format!(
                    "{name} has several keys, but one seals: put the others into opening_keys"
                ));
            }
            return None;
        };
        let mut ring = KeyRing::new(key);
        for key in &opening {
            match ring.clone().and_opens(key) {
                Ok(larger) => ring = larger,
                Err(error) => problems.push(format!("opening_keys: {error}")),
            }
        }
        Some(ring)
    }
}

/// Keys in a list, or in one text between spaces and commas, of which no key has any.
fn read(said: &Said, problems: &mut Vec<String>) -> Vec<Key> {
    let Said { name, value } = said;
    let texts: Vec<&str> = match value {
        Value::One(text) => {
            text.split([' ', ',', '\t', '\n', '\r']).filter(|text| !text.is_empty()).collect()
        }
        Value::Many(texts) => texts.iter().map(|text: &Zeroizing<String>| text.as_str()).collect(),
    };
    if texts.is_empty() && matches!(value, Value::One(_)) {
        problems.push(format!("{name} is empty: say a key, or leave it away"));
    }
    let mut keys = Vec::new();
    for text in texts {
        match Key::from_text(text) {
            Ok(key) => keys.push(key),
            Err(error) => problems.push(format!("{name}: {error}")),
        }
    }
    keys
}
