use std::fmt;
use std::time::Duration;

use bytes::Bytes;

use super::Listing;
use crate::clock::Timestamp;
use crate::record::{Binding, Credential, Header, Nonce, Packing, Principal, Record, Ring, Stamp};
use crate::token::{Handle, Proof};

/// One conditional write: the only way in which session data changes.
#[derive(Clone)]
#[non_exhaustive]
pub struct Write {
    /// Which record.
    pub handle: Handle,
    /// What must be true for the write to be made.
    pub condition: Condition,
    /// Names the logical commit, and which of its attempts this is. Whether the commit was made already is a question of
    /// [`Nonce::is_same_commit`], which [`Ring::contains`] asks; equality is for stamps.
    pub nonce: Nonce,
    /// An earlier attempt was sent and got no answer.
    pub answer_lost: bool,
    /// The header, apart from what the store decides.
    pub draft: Draft,
    /// The deadlines, as spans: the store knows what time it is.
    pub times: Times,
    /// The encoded fields.
    pub fields: Bytes,
    /// What it says to the indexes, if it says anything. A store that keeps none pays no heed to it.
    pub listing: Option<Box<Listing>>,
}

/// Shows how long the fields are; their content may be personal.
impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { handle, condition, nonce, answer_lost, draft, times, fields, listing } = self;
        f.debug_struct("Write")
            .field("handle", handle)
            .field("condition", condition)
            .field("nonce", nonce)
            .field("answer_lost", answer_lost)
            .field("draft", draft)
            .field("times", times)
            .field("fields", &format_args!("{} bytes", fields.len()))
            .field("listing", listing)
            .finish()
    }
}

/// What must be true for a [`Write`] to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Nothing more: the client holds the record and has shown this one. What it shows at the same time to another node
    /// cannot be compared with.
    Held(Box<Header>),
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
    /// See [`Header::packing`]. The runtime packs nothing; wrappers around stores do.
    pub packing: Packing,
    /// What opens the record from now on; nothing if the client holds it.
    pub credential: Option<Credential>,
    /// See [`Header::binding`].
    pub binding: Option<Binding>,
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
    /// What becomes of the session id.
    pub rotation: Rotation,
}

/// What becomes of the session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rotation {
    /// It stays.
    #[default]
    None,
    /// It is replaced by age: the one before goes on for a while.
    Periodic,
    /// It is replaced, and every older one is dead.
    Strict,
}

impl Rotation {
    /// Whether the id is replaced.
    pub const fn rotates(self) -> bool {
        !matches!(self, Self::None)
    }
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
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Touch {
    /// Which record.
    pub handle: Handle,
    /// What the client showed.
    pub shown: Shown,
    /// Does nothing if the deadline would move by less: N nodes are not N touches.
    pub threshold: Duration,
}

/// What a client shows of its session.
#[derive(Debug, Clone)]
pub enum Shown {
    /// A secret, by its proof.
    Secret(Proof),
    /// The record itself, opened.
    Record(Box<Record>),
}

impl Touch {
    /// A touch of a record that the store keeps.
    pub const fn new(handle: Handle, proof: Proof, threshold: Duration) -> Self {
        Self { handle, shown: Shown::Secret(proof), threshold }
    }

    /// A touch of a record that the client holds.
    pub fn held(handle: Handle, record: Record, threshold: Duration) -> Self {
        Self { handle, shown: Shown::Record(Box::new(record)), threshold }
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
        Self { handle, condition, nonce, answer_lost: false, draft, times, fields, listing: None }
    }

    /// A write of a record as it is, to be changed where something is to change: under the secret that it has, or as the
    /// client shows it who holds it.
    pub fn over(handle: Handle, record: &Record, nonce: Nonce) -> Self {
        let header = &record.header;
        let condition = match &header.credential {
            Some(credential) => Condition::Matches { stamp: header.stamp(), proof: credential.proof },
            None => Condition::Held(Box::new(header.clone())),
        };
        let draft = Draft {
            persistent: header.persistent,
            remembered: header.remembered,
            schema_version: header.schema_version,
            min_reader: header.min_reader,
            lineage: header.lineage,
            principal: header.principal,
            packing: header.packing,
            credential: header.credential.clone(),
            binding: header.binding,
        };
        let times = Times {
            idle_span: header.idle_span,
            absolute: Absolute::Keep,
            authenticates: false,
            rotation: Rotation::None,
        };
        Self::new(handle, condition, nonce, draft, times, record.fields.clone())
    }

    /// The header of the record that this write makes of `current` at `now`.
    pub fn header(&self, current: Option<&Header>, now: Timestamp) -> Header {
        let Draft { persistent, remembered, schema_version, min_reader, lineage, principal, .. } = self.draft;
        let Draft { packing, binding, ref credential, .. } = self.draft;
        let Times { idle_span, absolute, authenticates, rotation } = self.times;
        let count = |of: fn(&Header) -> u32, one: bool| {
            current.map_or(0, |current| of(current).saturating_add(u32::from(one)))
        };
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
            rotations: count(|header| header.rotations, rotation.rotates()),
            strict_rotations: count(|header| header.strict_rotations, rotation == Rotation::Strict),
            idle_span,
            idle_deadline: idle_deadline(stored, absolute_deadline, now, idle_span),
            absolute_deadline,
            created,
            authenticated_at,
            rotated_at: current.filter(|_| !rotation.rotates()).map_or(now, |current| current.rotated_at),
            principal,
            packing,
            ring: if client_side { Ring::default() } else { ring.with(self.nonce) },
            credential: credential.clone(),
            binding,
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
