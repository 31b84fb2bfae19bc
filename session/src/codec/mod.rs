//! Bytes of one value: bounded, canonical, total.
//!
//! [`Encoder`] and [`Decoder`] are what a [`SessionValue`](crate::SessionValue) writes to and reads from. bincode
//! encodes the leaves (integers, floats, `bool`, `char`) and is named in `leaf` alone; counts, lengths, depth, order
//! and composites are ours, because bincode 2 bounds none of them. Nothing here knows what a session is.
//!
//! # Rules of the wire
//!
//! * Equal values give equal bytes. Numbers and lengths have one encoding; longer ones are refused.
//! * Decoding never panics, never allocates more than the input justifies, and ends: a count is checked against the
//!   bytes that are left before anything is reserved, nesting is bounded by [`MAX_DEPTH`], trailing bytes are refused.

mod decoder;
mod encoder;
mod error;
mod leaf;

pub use decoder::Decoder;
pub(crate) use encoder::ROOM;
pub use encoder::{Encoder, Mark};
pub use error::{DecodeError, EncodeError};
pub(crate) use leaf::{Leaf, put_leaf, take_leaf};

/// How deeply values may nest. 64 levels of the largest frame we generate stay far below a 2 MiB stack.
pub const MAX_DEPTH: u8 = 64;

/// The codec id that a record's header carries: leaves by bincode 2 (`config::standard`), composites as written here.
pub const CODEC_ID: u8 = 1;

#[cfg(test)]
mod tests;
