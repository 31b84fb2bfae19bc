//! What stands behind an `Unavailable` that a wrapper made: its source, for whoever wants to tell one from another.

use std::error::Error as _;
use std::time::Duration;

use session::{Applied, Error, ErrorKind};

use super::breaker::Circuit;

/// No answer came within the time allowed. Whether the store did what it was asked, nobody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {limit:?}")]
pub struct TimedOut {
    /// The time allowed.
    pub limit: Duration,
}

/// A circuit is open: the store was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the circuit of {circuit} is open")]
pub struct CircuitOpen {
    /// Which one.
    pub circuit: Circuit,
    /// When it lets the next call through.
    pub retry_in: Duration,
}

/// Too many calls are under way: the store was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{in_flight} calls are under way and nobody more may wait")]
pub struct Saturated {
    /// How many may be under way.
    pub in_flight: usize,
}

impl TimedOut {
    pub(super) fn after(limit: Duration, applied: Applied) -> Error {
        Error::unavailable(applied, Self { limit })
    }
}

impl From<CircuitOpen> for Error {
    fn from(open: CircuitOpen) -> Self {
        let kind = ErrorKind::Unavailable { applied: Applied::No, retry_after: Some(open.retry_in) };
        Self::new(kind).caused_by(open)
    }
}

impl From<Saturated> for Error {
    fn from(saturated: Saturated) -> Self {
        Self::unavailable(Applied::No, saturated)
    }
}

/// Whether a wrapper further in refused the call, so that it says nothing of the store.
pub(super) fn is_refusal(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(found) = source {
        if found.is::<CircuitOpen>() || found.is::<Saturated>() {
            return true;
        }
        source = found.source();
    }
    false
}
