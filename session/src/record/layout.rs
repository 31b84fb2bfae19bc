//! Where each part of a header stands, and what its flags mean: for stores whose scripts read and patch records without
//! Rust. All numbers are little-endian.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 1 | format, 1 |
//! | 1 | 1 | codec id |
//! | 2 | 2 | flags: persistent, remembered, credential, previous, next, binding, compressed, sealed |
//! | 4 | 8 | idle deadline, ms |
//! | 12 | 8 | absolute deadline, ms |
//! | 20 | 8 | created, ms |
//! | 28 | 8 | authenticated at, ms; 0 = never |
//! | 36 | 8 | rotated at, ms |
//! | 44 | 4 | idle span, s |
//! | 48 | 4 | rotations |
//! | 52 | 4 | strict rotations |
//! | 56 | 8 | revision |
//! | 64 | 4 | schema version |
//! | 68 | 4 | min reader |
//! | 72 | 16 | lineage |
//! | 88 | 16 | principal |
//! | 104 | 32 | proof, if the credential flag is set |
//! | 136 | 1 | nonces in the ring, 1 to 8, with the proof |
//! | 137 | 64 | the ring, newest first, unused places zero, with the proof |
//! | 201 | 40 | previous proof and until when, if that flag is set |
//! | 241 | 16 | next, if that flag is set |
//! | last | 28 | binding, if that flag is set: key id (4), address (12), user agent (12) |

use super::RING;

/// The first byte of every record.
pub const FORMAT: u8 = 1;
/// The second byte: what the fields' values are encoded by.
pub const CODEC: u8 = crate::codec::CODEC_ID;

/// Two bytes of flags.
pub const FLAGS: usize = 2;
/// Milliseconds since the epoch, as all moments here.
pub const IDLE_DEADLINE: usize = 4;
/// A moment.
pub const ABSOLUTE_DEADLINE: usize = 12;
/// A moment.
pub const CREATED: usize = 20;
/// A moment; zero for never.
pub const AUTHENTICATED_AT: usize = 28;
/// A moment.
pub const ROTATED_AT: usize = 36;
/// Four bytes of seconds.
pub const IDLE_SPAN: usize = 44;
/// Four bytes.
pub const ROTATIONS: usize = 48;
/// Four bytes.
pub const STRICT_ROTATIONS: usize = 52;
/// Eight bytes.
pub const REVISION: usize = 56;
/// Four bytes.
pub const SCHEMA_VERSION: usize = 64;
/// Four bytes.
pub const MIN_READER: usize = 68;
/// Sixteen bytes, and the principal's sixteen after them.
pub const LINEAGE: usize = 72;
/// Thirty-two bytes, with [`CREDENTIAL`].
pub const PROOF: usize = 104;
/// One byte: how many nonces the ring has.
pub const RING_LENGTH: usize = 136;
/// The nonces, of eight bytes each, newest first.
pub const RING_NONCES: usize = 137;
/// Where the fixed part of a record with a credential ends.
pub const RING_END: usize = RING_NONCES + 8 * RING;
/// Thirty-two bytes, with [`PREVIOUS`].
pub const PREVIOUS_PROOF: usize = RING_END;
/// A moment, with [`PREVIOUS`].
pub const PREVIOUS_UNTIL: usize = PREVIOUS_PROOF + 32;
/// How much [`PREVIOUS`] adds to a header.
pub const PREVIOUS_SIZE: usize = 40;
/// How much [`NEXT`] adds.
pub const NEXT_SIZE: usize = 16;
/// How much [`BINDING`] adds.
pub const BINDING_SIZE: usize = 28;
/// The longest header.
pub const HEADER_MAX: usize = RING_END + PREVIOUS_SIZE + NEXT_SIZE + BINDING_SIZE;

/// The cookie outlives the browser.
pub const PERSISTENT: u16 = 1;
/// The session has the lifetime of "remember me".
pub const REMEMBERED: u16 = 1 << 1;
/// There is a proof and a ring.
pub const CREDENTIAL: u16 = 1 << 2;
/// The proof before it is remembered; never without [`CREDENTIAL`].
pub const PREVIOUS: u16 = 1 << 3;
/// The present secret is readable with the previous one; never without [`PREVIOUS`].
pub const NEXT: u16 = 1 << 4;
/// The session is bound to its client.
pub const BINDING: u16 = 1 << 5;
/// The fields are compressed.
pub const COMPRESSED: u16 = 1 << 6;
/// The fields are sealed.
pub const SEALED: u16 = 1 << 7;
/// All of them. A record with others is of a newer program.
pub const KNOWN: u16 = PERSISTENT | REMEMBERED | CREDENTIAL | PREVIOUS | NEXT | BINDING | COMPRESSED | SEALED;
