use std::fmt;

use super::Member;
use crate::clock::Timestamp;
use crate::error::Error;
use crate::record::Record;

/// What a load finds. "Could not ask", "corrupt" and "too new" are errors, never `Absent`.
#[derive(Debug, Clone)]
#[must_use]
#[expect(clippy::large_enum_variant, reason = "moved once, by value; a box would be an allocation per load")]
pub enum Load {
    /// A live record.
    Found(Record),
    /// There is none: never was, expired, or ended.
    Absent,
}

/// What a batch of loads finds: one answer for each handle, in their order.
pub type Loads = Vec<Result<Load, Error>>;

/// What became of a [`Write`](super::Write).
#[derive(Clone)]
#[must_use = "a conditional write says whether it was made"]
pub enum Commit {
    /// The write was made, now or by an earlier attempt of the same commit.
    Committed {
        /// The record as it stands now.
        record: Record,
        /// The new token, where the client holds the record.
        sealed: Option<Vec<u8>>,
    },
    /// Somebody else changed the record since it was loaded; this is what it is now. Merge and commit again.
    Conflict(Record),
    /// The record is not there to be changed, or not by this secret. Nothing was written, and trying again is useless.
    Gone(Gone),
    /// An earlier attempt may have been made, and too many commits followed to tell.
    OutcomeUnknown,
    /// As many sessions as may be are members of the term with the [limit](super::Limit): these. Nothing was written.
    Full(Vec<Member>),
}

/// What became of a [`Touch`](super::Touch).
#[derive(Clone)]
#[must_use]
pub enum Touched {
    /// The session now lives that long, unless it is used.
    Until {
        /// The idle deadline.
        idle_deadline: Timestamp,
        /// The new token, where the client holds the record.
        sealed: Option<Vec<u8>>,
    },
    /// There is nothing to touch, or not by this secret.
    Gone(Gone),
}

/// Shows how long a sealed record is: it is a credential.
impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Committed { record, sealed } => f
                .debug_struct("Committed")
                .field("record", record)
                .field("sealed", &sealed.as_ref().map(Vec::len))
                .finish(),
            Self::Conflict(record) => f.debug_tuple("Conflict").field(record).finish(),
            Self::Gone(why) => f.debug_tuple("Gone").field(why).finish(),
            Self::OutcomeUnknown => f.write_str("OutcomeUnknown"),
            Self::Full(members) => write!(f, "Full({} members)", members.len()),
        }
    }
}

/// Shows how long a sealed record is: it is a credential.
impl fmt::Debug for Touched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Until { idle_deadline, sealed } => f
                .debug_struct("Until")
                .field("idle_deadline", idle_deadline)
                .field("sealed", &sealed.as_ref().map(Vec::len))
                .finish(),
            Self::Gone(why) => f.debug_tuple("Gone").field(why).finish(),
        }
    }
}

/// Why a record cannot be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Gone {
    /// There is no record and no trace of one.
    Absent,
    /// Its deadline has passed.
    Expired,
    /// It was deleted: a logout, a revocation.
    Deleted,
    /// The session id was rotated and the old secret is dead.
    Rotated,
    /// Another principal's session now.
    OtherPrincipal,
    /// A create that came after its time.
    TooLate,
    /// A create whose handle is in use.
    Occupied,
    /// Everything of its principal, or of another value that it is listed by, was ended after the request began.
    Revoked,
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absent => "there is no such session any more",
            Self::Expired => "the session has expired",
            Self::Deleted => "the session was ended",
            Self::Rotated => "the session id was rotated",
            Self::OtherPrincipal => "somebody else is signed in now",
            Self::TooLate => "the session could not be created in time",
            Self::Occupied => "the handle is in use",
            Self::Revoked => "it was revoked while the request ran",
        })
    }
}
