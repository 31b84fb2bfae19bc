//! The keys that the store uses, built here alone.
//!
//! ```text
//! session     = prefix ":" application ":{" handle "}"
//! roll        = prefix ":" application ":roll:{" term "}"    ; sorted set: the sessions with one value in an indexed field
//! stamps      = prefix ":" application ":stamps:{" term "}"  ; hash, in the same slot
//! revoked     = prefix ":" application ":revoked:{" name "}" ; a mark on the sessions in cookies of one principal
//! retired     = prefix ":" application ":retired:{" name "}" ; a mark on one session in a cookie
//! prefix      = 1*64( ALPHA / DIGIT / "-" / "_" / "." )     ; "session" unless chosen otherwise
//! application = 1*64( ALPHA / DIGIT / "-" / "_" / "." )     ; "default" unless chosen otherwise
//! handle      = 22( ALPHA / DIGIT / "-" / "_" )             ; 128 bits as base64url (RFC 4648 §5)
//! term        = 22( ALPHA / DIGIT / "-" / "_" )             ; 128 bits of a hash as base64url
//! name        = 22( ALPHA / DIGIT / "-" / "_" )             ; the digest of the principal, or the session's lineage
//! ```
//!
//! The braces make the handle the key's hash tag: in a cluster sessions spread over all slots, and whatever else belongs
//! to one session can be in its slot. Neither part may hold what has a meaning in keys, hash tags or patterns, so no
//! application's keys begin with another one's.

use session::Handle;
use session::record::Principal;
use session::store::Term;

/// The longest prefix, and the longest name of an application.
const LONGEST: usize = 64;

/// Builds keys, and reads them back.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    /// Everything before the handle.
    root: String,
}

impl Keys {
    /// The keys of one application.
    ///
    /// # Errors
    /// What is wrong with the names, for people.
    pub(super) fn new(prefix: &str, application: &str) -> Result<Self, Vec<String>> {
        let problems: Vec<String> = [("prefix", prefix), ("application", application)]
            .into_iter()
            .filter(|(_, name)| !is_name(name))
            .map(|(what, name)| {
                format!(
                    "the {what} of the store's keys is {name:?}: 1 to {LONGEST} letters, digits, `-`, `_` and \
                     `.` are allowed"
                )
            })
            .collect();
        match problems.is_empty() {
            true => Ok(Self { root: format!("{prefix}:{application}:{{") }),
            false => Err(problems),
        }
    }

    /// Where the record of a session is.
    pub(super) fn session(&self, handle: &Handle) -> String {
        let mut key = String::with_capacity(self.root.len() + 23);
        key.push_str(&self.root);
        key.push_str(&handle.encode());
        key.push('}');
        key
    }

    /// Where the members of a term are, and what is known of them.
    pub(super) fn term(&self, term: &Term) -> [String; 2] {
        ["roll", "stamps"].map(|kind| self.named(kind, *term.as_bytes()))
    }

    /// Where it says from when on a principal's sessions count that clients hold.
    pub(super) fn revoked(&self, principal: &Principal) -> String {
        self.named("revoked", principal.0)
    }

    /// Where it says from which rotation on a session counts that its client holds.
    pub(super) fn retired(&self, lineage: &Handle) -> String {
        self.named("retired", *lineage.as_bytes())
    }

    /// A key that is no session's. What it is about has the length of a handle, and is written as one.
    fn named(&self, kind: &str, tag: [u8; 16]) -> String {
        let root = self.root.strip_suffix('{').unwrap_or(&self.root);
        format!("{root}{kind}:{{{}}}", Handle::from_bytes(tag).encode())
    }

    /// Where heartbeats are written that belong into the slot of that number: no session's key, nor one of another
    /// application, since no name holds an `@`.
    #[cfg(feature = "cluster")]
    pub(super) fn beat(&self, tag: usize) -> String {
        let names = self.root.trim_end_matches(":{");
        format!("{names}@beat:{{{tag}}}")
    }

    /// What matches every session's key, for `SCAN`.
    pub(super) fn pattern(&self) -> String {
        format!("{}*}}", self.root)
    }

    /// Whose record a key holds; nothing if it is no session's.
    pub(super) fn handle(&self, key: &[u8]) -> Option<Handle> {
        let text = key.strip_prefix(self.root.as_bytes())?.strip_suffix(b"}")?;
        Handle::parse(std::str::from_utf8(text).ok()?)
    }
}

pub(super) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_whose_session_it_is() {
        let keys = Keys::new("session", "shop").unwrap();
        let handle = Handle::from_bytes([0xfb; 16]);
        let key = keys.session(&handle);
        assert_eq!(key, "session:shop:{-_v7-_v7-_v7-_v7-_v7-w}");
        assert_eq!(keys.handle(key.as_bytes()), Some(handle));
        assert_eq!(keys.pattern(), "session:shop:{*}");
    }

    #[test]
    fn marks_have_keys_that_are_no_sessions() {
        let keys = Keys::new("session", "shop").unwrap();
        let revoked = keys.revoked(&Principal([0xfb; 16]));
        let retired = keys.retired(&Handle::from_bytes([0xfb; 16]));
        assert_eq!(revoked, "session:shop:revoked:{-_v7-_v7-_v7-_v7-_v7-w}");
        assert_eq!(retired, "session:shop:retired:{-_v7-_v7-_v7-_v7-_v7-w}");
        assert_eq!((keys.handle(revoked.as_bytes()), keys.handle(retired.as_bytes())), (None, None));
    }

    #[test]
    fn the_keys_of_a_term_are_in_one_slot_and_no_sessions() {
        let keys = Keys::new("session", "shop").unwrap();
        let [roll, stamps] = keys.term(&Term::from_bytes([0xfb; 16]));
        assert_eq!(roll, "session:shop:roll:{-_v7-_v7-_v7-_v7-_v7-w}");
        assert_eq!(stamps, "session:shop:stamps:{-_v7-_v7-_v7-_v7-_v7-w}");
        assert_eq!((keys.handle(roll.as_bytes()), keys.handle(stamps.as_bytes())), (None, None));
    }

    #[test]
    fn keys_of_others_are_no_sessions() {
        let keys = Keys::new("session", "shop").unwrap();
        let other = Keys::new("session", "shop2").unwrap().session(&Handle::from_bytes([1; 16]));
        for key in
            [other.as_str(), "session:shop:{}", "session:shop:{short}", "session:shop:", "", "\u{fffd}"]
        {
            assert_eq!(keys.handle(key.as_bytes()), None, "{key}");
        }
    }

    #[test]
    fn names_that_mean_something_in_a_key_are_refused() {
        for name in ["", "a:b", "a{b", "a}b", "a*", "a?", "[a]", "a b", "ä", "a\\", &"a".repeat(65)] {
            assert!(Keys::new(name, "shop").is_err(), "{name}");
            assert_eq!(Keys::new(name, name).unwrap_err().len(), 2, "{name}");
        }
    }
}
