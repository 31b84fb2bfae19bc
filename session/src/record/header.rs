use std::time::Duration;

use super::{Nonce, Principal, RING, Stamp};
use crate::clock::Timestamp;
use crate::token::Proof;

/// What is known of a session apart from its data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The cookie outlives the browser.
    pub persistent: bool,
    /// The session has the lifetime of "remember me".
    pub remembered: bool,
    /// The schema version of the newest program that wrote the record.
    pub schema_version: u32,
    /// The oldest schema version that may read it.
    pub min_reader: u32,
    /// What sealed data is bound to; the record's own for life, whatever rotates.
    pub lineage: [u8; 16],
    /// How many commits the record has seen.
    pub revision: u64,
    /// How many times the session id was rotated.
    pub rotations: u32,
    /// How many of these were strict: every secret from before is dead.
    pub strict_rotations: u32,
    /// The session ends when it was not used for so long.
    pub idle_span: Duration,
    /// When that will be. Set by the store, by the store's clock, as all deadlines are.
    pub idle_deadline: Timestamp,
    /// The session ends at this moment however much it is used.
    pub absolute_deadline: Timestamp,
    /// When the record was created.
    pub created: Timestamp,
    /// When somebody last authenticated.
    pub authenticated_at: Option<Timestamp>,
    /// When the session id was last rotated; at first, when it was created.
    pub rotated_at: Timestamp,
    /// Whose session it is.
    pub principal: Principal,
    /// How the fields are packed.
    pub packing: Packing,
    /// The nonces of the last commits. Client-side records have none.
    pub ring: Ring,
    /// What opens the record. Client-side records have none: their seal does.
    pub credential: Option<Credential>,
    /// From where the session may be used, if not from anywhere.
    pub binding: Option<Binding>,
}

/// What was done to the fields of a record on their way into the store. Undone by the store's own wrapper; no program may
/// take packed fields for fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Packing {
    /// They are compressed; before they were sealed, if they were.
    pub compressed: bool,
    /// They are sealed.
    pub sealed: bool,
}

impl Packing {
    /// The fields are as they are.
    pub const NONE: Self = Self { compressed: false, sealed: false };
}

/// The client's whereabouts when it signed in, as keyed hashes: equality is all that can be learned from them, and only
/// with the key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Which key.
    pub key: [u8; 4],
    /// The network of the client's address; zero if sessions are not bound to it.
    pub address: [u8; 12],
    /// The client's `User-Agent`; zero if sessions are not bound to it.
    pub agent: [u8; 12],
}

/// Shows nothing of it: equal hashes are equal clients.
impl std::fmt::Debug for Binding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Binding(..)")
    }
}

impl Header {
    /// The commit that made the present state.
    pub fn stamp(&self) -> Stamp {
        Stamp { revision: self.revision, nonce: self.ring.newest() }
    }

    /// When the session ends unless it is used.
    pub fn deadline(&self) -> Timestamp {
        self.idle_deadline.min(self.absolute_deadline)
    }

    /// Whether the session is over. A deadline is the first moment at which it is.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        now >= self.deadline()
    }
}

/// The nonces of the last [`RING`] commits, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ring {
    pub(super) nonces: [Nonce; RING],
    pub(super) length: u8,
}

impl Ring {
    /// With one more commit; the oldest is forgotten.
    #[must_use]
    pub fn with(mut self, nonce: Nonce) -> Self {
        self.nonces.rotate_right(1);
        self.nonces[0] = nonce;
        if usize::from(self.length) < RING {
            self.length += 1;
        }
        self
    }

    /// The nonce of the last commit.
    pub fn newest(&self) -> Nonce {
        self.nonces[0]
    }

    /// Whether that commit is among the last ones, whichever of its attempts was made.
    pub fn contains(&self, nonce: Nonce) -> bool {
        self.nonces[..usize::from(self.length)].iter().any(|made| made.is_same_commit(nonce))
    }
}

/// What opens a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Of the current secret.
    pub proof: Proof,
    /// The secret before it, for a while.
    pub previous: Option<Previous>,
}

impl Credential {
    /// The credential of a new or strictly rotated record: one secret, nothing before it.
    pub const fn only(proof: Proof) -> Self {
        Self { proof, previous: None }
    }

    /// Whether `proof` opens the record at `now`.
    pub fn admits(&self, proof: &Proof, now: Timestamp) -> bool {
        self.proof == *proof || self.previous.as_ref().is_some_and(|previous| previous.admits(proof, now))
    }
}

/// The secret before the current one.
#[derive(Clone, PartialEq, Eq)]
pub struct Previous {
    /// Of that secret.
    pub proof: Proof,
    /// Until when it is remembered.
    pub until: Timestamp,
    /// The current secret, readable only with the previous one, so that a client who missed the rotation is given it
    /// again. Without it the previous secret opens nothing: it is only recognised.
    pub next: Option<[u8; 16]>,
}

impl Previous {
    /// Whether it is `proof` that was strictly retired a moment ago.
    pub(crate) fn retires(&self, proof: &Proof, now: Timestamp) -> bool {
        self.next.is_none() && now < self.until && self.proof == *proof
    }

    /// Whether it is `proof` that was replaced by age, too long ago to open the record still.
    pub(crate) fn outlived(&self, proof: &Proof, now: Timestamp) -> bool {
        self.next.is_some() && now >= self.until && self.proof == *proof
    }

    fn admits(&self, proof: &Proof, now: Timestamp) -> bool {
        self.next.is_some() && now < self.until && self.proof == *proof
    }
}

impl std::fmt::Debug for Previous {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Previous").field("until", &self.until).finish_non_exhaustive()
    }
}
