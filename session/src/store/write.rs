use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::record::{Credential, Header, Nonce, Principal, Ring, Stamp};
use crate::token::{Handle, Proof};

/// One conditional write: the only way in which session data changes.
#[derive(Clone)]
#[non_exhaustive]
pub struct Write {
    /// Which record.
    pub handle: Handle,
    /// What must be true for the write to be made.
    pub condition: Condition,
    /// Names the logical commit through all its attempts.
    pub nonce: Nonce,
    /// An earlier attempt was sent and got no answer.
    pub answer_lost: bool,
    /// The header, apart from what the store decides.
    pub draft: Draft,
    /// The deadlines, as spans: the store knows what time it is.
    pub times: Times,
    /// The encoded fields.
    pub fields: Bytes,
}

/// Shows how long the fields are; their content may be personal.
impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { handle, condition, nonce, answer_lost, draft, times, fields } = self;
        f.debug_struct("Write")
            .field("handle", handle)
            .field("condition", condition)
            .field("nonce", nonce)
            .field("answer_lost", answer_lost)
            .field("draft", draft)
            .field("times", times)
            .field("fields", &format_args!("{} bytes", fields.len()))
            .finish()
    }
}

/// What must be true for a [`Write`] to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// There is no record and no tombstone: create.
    Absent {
        /// After this moment (store time) the create must not happen any more.
        not_after: Timestamp,
    },
    /// The record is as it was loaded: update or rotate.
    Matches {
        /// The state that the write is based on.
        stamp: Stamp,
        /// The secret under which it was loaded.
        proof: Proof,
    },
}

/// What a commit says of the header; the rest is the store's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// See [`Header::persistent`].
    pub persistent: bool,
    /// See [`Header::remembered`].
    pub remembered: bool,
    /// See [`Header::schema_version`].
    pub schema_version: u32,
    /// See [`Header::min_reader`].
    pub min_reader: u32,
    /// See [`Header::lineage`].
    pub lineage: [u8; 16],
    /// See [`Header::principal`].
    pub principal: Principal,
    /// What opens the record from now on.
    pub credential: Option<Credential>,
}

/// The deadlines that a commit asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// How long the session lives without being used; whole seconds, as the record keeps it.
    pub idle_span: Duration,
    /// What becomes of the absolute deadline.
    pub absolute: Absolute,
    /// Somebody authenticated now: what an [`Absolute::Span`] counts from (NIST SP 800-63B-4 §5.2).
    pub authenticates: bool,
    /// The session id is rotated.
    pub rotates: bool,
}

/// What becomes of the absolute deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absolute {
    /// It stays.
    Keep,
    /// So long after the last authentication, or after creation if there was none.
    Span(Duration),
}

/// Moves the idle deadline of a record on.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Touch {
    /// Which record.
    pub handle: Handle,
    /// The secret under which it was loaded.
    pub proof: Proof,
    /// Does nothing if the deadline would move by less: N nodes are not N touches.
    pub threshold: Duration,
}

impl Touch {
    /// A touch.
    pub const fn new(handle: Handle, proof: Proof, threshold: Duration) -> Self {
        Self { handle, proof, threshold }
    }
}

impl Write {
    /// A write of the first attempt of a commit.
    pub const fn new(
        handle: Handle,
        condition: Condition,
        nonce: Nonce,
        draft: Draft,
        times: Times,
        fields: Bytes,
    ) -> Self {
        Self { handle, condition, nonce, answer_lost: false, draft, times, fields }
    }

    /// The header of the record that this write makes of `current` at `now`.
    pub fn header(&self, current: Option<&Header>, now: Timestamp) -> Header {
        let Draft { persistent, remembered, schema_version, min_reader, lineage, principal, credential } =
            self.draft.clone();
        let Times { idle_span, absolute, authenticates, rotates } = self.times;
        let idle_span = Duration::from_secs(idle_span.as_secs());
        let created = current.map_or(now, |current| current.created);
        let before = current.and_then(|current| current.authenticated_at);
        let authenticated_at = if authenticates { Some(now) } else { before };
        let absolute_deadline = match (absolute, current) {
            (Absolute::Keep, Some(current)) => current.absolute_deadline,
            (Absolute::Keep, None) => now.after(idle_span),
            (Absolute::Span(span), _) => authenticated_at.unwrap_or(created).after(span),
        };
        // An idle deadline computed earlier than another's must not move that one back, unless the lifetime itself
        // changes.
        let stored = match (absolute, current) {
            (Absolute::Keep, Some(current)) => current.idle_deadline,
            _ => Timestamp::default(),
        };
        let client_side = credential.is_none();
        let ring = current.map_or(Ring::default(), |current| current.ring);
        Header {
            persistent,
            remembered,
            schema_version: schema_version.max(current.map_or(0, |current| current.schema_version)),
            min_reader: min_reader.max(current.map_or(0, |current| current.min_reader)),
            lineage,
            revision: current.map_or(0, |current| current.revision).saturating_add(1),
            rotations: current.map_or(0, |current| current.rotations.saturating_add(u32::from(rotates))),
            idle_span,
            idle_deadline: idle_deadline(stored, absolute_deadline, now, idle_span),
            absolute_deadline,
            created,
            authenticated_at,
            rotated_at: current.filter(|_| !rotates).map_or(now, |current| current.rotated_at),
            principal,
            ring: if client_side { Ring::default() } else { ring.with(self.nonce) },
            credential,
        }
    }
}

/// `min(absolute, max(stored, now + span))`
pub(super) fn idle_deadline(
    stored: Timestamp,
    absolute: Timestamp,
    now: Timestamp,
    span: Duration,
) -> Timestamp {
    now.after(span).max(stored).min(absolute)
}
