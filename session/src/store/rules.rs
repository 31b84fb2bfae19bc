//! The laws of [`Store`](super::Store) as pure functions: what a write or touch does to what is there, at one moment.

use std::time::Duration;

use super::write::idle_deadline;
use super::{Condition, Gone, Shown, Touch, Write};
use crate::clock::Timestamp;
use crate::record::{Header, RING, Record};
use crate::token::Proof;

/// What stands under a handle.
#[derive(Debug, Clone, Copy)]
pub enum Slot<'a> {
    /// Nothing.
    Vacant,
    /// The mark of a delete, still in force.
    Tombstone,
    /// A record, live or expired.
    Record(&'a Record),
}

/// What a store must do with a write.
#[derive(Debug)]
#[must_use]
#[expect(
    clippy::large_enum_variant,
    reason = "moved once, under the store's lock; a box would be an allocation there"
)]
pub enum Verdict {
    /// Put this record there, and answer `Committed` with it.
    Apply(Record),
    /// An earlier attempt did it: answer `Committed` with the record that is there.
    Applied,
    /// Answer `Conflict` with the record that is there.
    Conflict,
    /// Answer `Gone`.
    Gone(Gone),
    /// Answer `OutcomeUnknown`.
    Unknown,
}

/// Decides a write.
///
/// What is over comes first: an expired record is to nobody more than one that is not there, or answers would depend on
/// when a store sweeps. Of a live one the nonce: a commit that was already made is made, whatever happened since. Then the
/// secret, then the state. Stamps are compared for equality alone.
pub fn decide(slot: Slot<'_>, write: &Write, now: Timestamp) -> Verdict {
    let current = match slot {
        Slot::Record(record) if record.header.is_expired(now) => Err(Gone::Expired),
        Slot::Record(record) if record.header.ring.contains(write.nonce) => return Verdict::Applied,
        Slot::Record(record) => Ok(record),
        Slot::Tombstone => Err(Gone::Deleted),
        Slot::Vacant => Err(Gone::Absent),
    };
    match (&write.condition, current) {
        (Condition::Absent { .. }, Ok(_)) => Verdict::Gone(Gone::Occupied),
        (Condition::Absent { not_after }, Err(Gone::Absent)) => match now > *not_after {
            true => Verdict::Gone(Gone::TooLate),
            false => apply(None, write, now),
        },
        (_, Err(gone)) => Verdict::Gone(gone),
        // No secret was shown.
        (Condition::Held(_), Ok(_)) => Verdict::Gone(Gone::Rotated),
        (Condition::Matches { stamp, proof }, Ok(record)) => {
            if let Err(gone) = admit(&record.header, proof, now) {
                return Verdict::Gone(gone);
            }
            if record.header.stamp() == *stamp {
                return apply(Some(&record.header), write, now);
            }
            // Within the ring, an absent nonce proves that no earlier attempt was made.
            let within_ring = record.header.revision.saturating_sub(stamp.revision) <= RING as u64
                && record.header.revision >= stamp.revision;
            match write.answer_lost && !within_ring {
                true => Verdict::Unknown,
                false => Verdict::Conflict,
            }
        }
    }
}

/// Decides a touch: the new idle deadline, or nothing to do (`None`), or why not.
///
/// # Errors
/// There is no live record that this secret opens.
pub fn decide_touch(slot: Slot<'_>, touch: &Touch, now: Timestamp) -> Result<Option<Timestamp>, Gone> {
    let header = match slot {
        Slot::Record(record) => &record.header,
        Slot::Tombstone => return Err(Gone::Deleted),
        Slot::Vacant => return Err(Gone::Absent),
    };
    let Shown::Secret(proof) = &touch.shown else { return Err(Gone::Rotated) };
    admit(header, proof, now)?;
    Ok(moved(header, touch.threshold, now))
}

/// Decides a write to a record that the client keeps: the record to seal.
///
/// All that is known of what stands there is what the client has shown.
///
/// # Errors
/// What was shown is over, or was not shown at all.
pub fn decide_held(write: &Write, now: Timestamp) -> Result<Record, Gone> {
    let held = match &write.condition {
        Condition::Absent { not_after } if now > *not_after => return Err(Gone::TooLate),
        Condition::Absent { .. } => None,
        Condition::Held(header) if header.is_expired(now) => return Err(Gone::Expired),
        Condition::Held(header) => Some(&**header),
        // A secret opens nothing here.
        Condition::Matches { .. } => return Err(Gone::Absent),
    };
    Ok(Record { header: write.header(held, now), fields: write.fields.clone() })
}

/// Decides a touch of a record that the client keeps: the record that was shown, and its new idle deadline if that is worth
/// sealing it anew.
///
/// # Errors
/// What was shown is over, or was not shown at all.
pub fn decide_held_touch(touch: &Touch, now: Timestamp) -> Result<(&Record, Option<Timestamp>), Gone> {
    let Shown::Record(record) = &touch.shown else { return Err(Gone::Absent) };
    match record.header.is_expired(now) {
        true => Err(Gone::Expired),
        false => Ok((record, moved(&record.header, touch.threshold, now))),
    }
}

/// The idle deadline of a session that is used at `now`, if that gains enough.
fn moved(header: &Header, threshold: Duration, now: Timestamp) -> Option<Timestamp> {
    let deadline = idle_deadline(header.idle_deadline, header.absolute_deadline, now, header.idle_span);
    let gain = deadline.since(header.idle_deadline);
    (!gain.is_zero() && gain >= threshold).then_some(deadline)
}

fn admit(header: &Header, proof: &Proof, now: Timestamp) -> Result<(), Gone> {
    if header.is_expired(now) {
        return Err(Gone::Expired);
    }
    match &header.credential {
        Some(credential) if credential.admits(proof, now) => Ok(()),
        _ => Err(Gone::Rotated),
    }
}

fn apply(current: Option<&Header>, write: &Write, now: Timestamp) -> Verdict {
    Verdict::Apply(Record { header: write.header(current, now), fields: write.fields.clone() })
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
