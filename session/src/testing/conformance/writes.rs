//! What the laws write: creates, updates and rotations of sessions that are told apart by number.

use std::time::Duration;

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::data::Flags;
use crate::record::fields::{self, Change};
use crate::record::{Credential, Nonce, Packing, Principal, Record, Stamp};
use crate::store::{Absolute, Condition, Draft, Rotation, Times, Write};
use crate::token::{Handle, Proof};

pub(super) const MS: Duration = Duration::from_millis(1);
pub(super) const SECOND: Duration = Duration::from_secs(1);
/// How long a session lives unused, if nothing else is said.
pub(super) const IDLE: Duration = Duration::from_secs(1800);
/// The last moment at which it lives.
pub(super) const LAST: Duration = Duration::from_millis(1_799_999);
/// How long it lives at most.
pub(super) const LIFE: Duration = Duration::from_secs(12 * 3600);
/// How long a create may take.
pub(super) const WINDOW: Duration = Duration::from_secs(30);

/// From this number on, handles that differ from that of session 1 in one bit, each in another byte.
pub(super) const ALIKE: u64 = 1 << 32;

/// The handle of session `number`: spread like random ones, whichever of its bytes a store distributes by.
pub(super) fn handle(number: u64) -> Handle {
    if let Some(byte) = number.checked_sub(ALIKE) {
        let mut bytes = *handle(1).as_bytes();
        bytes[usize::try_from(byte).unwrap_or(0) % 16] ^= 1;
        return Handle::from_bytes(bytes);
    }
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    bytes[8..].copy_from_slice(&number.wrapping_mul(0xc2b2_ae3d_27d4_eb4f).rotate_left(32).to_be_bytes());
    Handle::from_bytes(bytes)
}

pub(super) fn nonce(number: u64) -> Nonce {
    Nonce(number.to_le_bytes())
}

/// Of the secret with that number; sessions are created with 1.
pub(super) fn proof(number: u64) -> Proof {
    let mut bytes = [0x5a; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    Proof::from_bytes(bytes)
}

/// Well-formed fields with that content: one field.
pub(super) fn fields(content: impl AsRef<[u8]>) -> Bytes {
    let bytes = Some(content.as_ref().into());
    let change = Change { name32: NAME, shape32: SHAPE, flags: Flags::default(), bytes };
    fields::rebuild(&[], &[change]).expect("one small field can be stored")
}

const NAME: u32 = 0x6c61_7773;
const SHAPE: u32 = 1;

/// What [`fields`] was made of.
pub(super) fn content(record: &Record) -> &[u8] {
    fields::find(&record.fields, NAME, SHAPE).ok().flatten().map_or(&[], |field| field.bytes)
}

/// A create of session `number` at that moment, by nonce 0.
pub(super) fn create(number: u64, now: Timestamp) -> Write {
    let draft = Draft {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 1,
        lineage: [7; 16],
        packing: Packing::NONE,
        binding: None,
        principal: Principal::NOBODY,
        credential: Some(Credential::only(proof(1))),
    };
    let times = Times {
        idle_span: IDLE,
        absolute: Absolute::Span(LIFE),
        authenticates: false,
        rotation: Rotation::None,
    };
    let condition = Condition::Absent { not_after: now.after(WINDOW) };
    Write::new(handle(number), condition, nonce(0), draft, times, fields("created"))
}

/// An update of session `number`, loaded as `base` under secret 1; the commit has nonce `by`.
pub(super) fn update(number: u64, base: &Record, by: u64) -> Write {
    update_by(number, base, by, proof(1))
}

/// The same under another secret.
pub(super) fn update_by(number: u64, base: &Record, by: u64, proof: Proof) -> Write {
    let mut write = Write::over(handle(number), base, nonce(by));
    write.condition = Condition::Matches { stamp: base.header.stamp(), proof };
    write.fields = fields(format!("updated by {by}"));
    write
}

/// A strict rotation of session `number` from secret 1 to the secret of that number.
pub(super) fn rotation(number: u64, base: &Record, by: u64, secret: u64) -> Write {
    let mut write = update(number, base, by);
    write.draft.credential = Some(Credential::only(proof(secret)));
    write.times.rotation = Rotation::Strict;
    write
}

pub(super) fn with(mut write: Write, content: impl AsRef<[u8]>) -> Write {
    write.fields = fields(content);
    write
}

pub(super) fn living(mut write: Write, idle_span: Duration) -> Write {
    write.times.idle_span = idle_span;
    write
}

/// As it is sent again after an attempt without an answer.
pub(super) fn again(write: &Write) -> Write {
    Write { answer_lost: true, ..write.clone() }
}

/// A base that nobody ever had.
pub(super) fn based_on(mut write: Write, stamp: Stamp) -> Write {
    if let Condition::Matches { proof, .. } = write.condition {
        write.condition = Condition::Matches { stamp, proof };
    }
    write
}
