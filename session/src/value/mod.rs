//! What can stand in a field: [`SessionValue`], its shape, and the implementations for std types.
//!
//! A value knows its own bytes and nothing else: not its field's name, not the record, not the store.

mod blank;
pub(crate) mod bound;
mod foreign;
#[cfg(feature = "json")]
mod json;
pub(crate) mod limited;
mod map;
mod net;
mod recur;
mod scalar;
mod sequence;
mod shape;
mod slot;
mod stored_as;
pub(crate) mod tagged;
mod text;
mod time;
mod tuple;
mod unknown;
mod variant;
mod wrapper;

pub use blank::{Blank, blank};
#[cfg(feature = "json")]
pub use json::Json;
pub use limited::Limited;
pub use recur::{Elsewhere, Recur};
pub use shape::{Part, Shape, name32};
pub use slot::Slot;
pub use tagged::{Rows, Tagged};
pub use unknown::Unknown;
pub use variant::{Variant, assert_variants};

use crate::codec::{DecodeError, Decoder, Encoder};

/// A type that a field of session data can have.
///
/// Implemented for the types of std that hold plain values; behind features, for those of chrono, jiff, time, url, uuid and
/// `rust_decimal`; by `#[derive(SessionValue)]` for your own structs and enums. What serde can write can be stored as
/// `value::Json`, with the feature `json`.
///
/// # Laws
///
/// * `decode(encode(x)) == x`, leaving nothing over.
/// * Equal values have equal bytes: sort what has no order. (Those that do not, a `Decimal` with its scale and `Json` of a
///   type that has no order, say so; indexes, identities and merges go by the bytes.)
/// * `decode` is total: any bytes give a value or an error, never a panic, and never more memory than a small multiple
///   of the input.
/// * Another `SHAPE` means other bytes, and the other way round.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a session",
    label = "not a `SessionValue`",
    note = "for your own struct or enum, add `#[derive(SessionValue)]` to it",
    note = "for a field that need not be stored, add `#[session(skip)]` to it",
    note = "for a foreign type, turn on the feature that is named after its crate, if there is one, or store it through serde as \
            `session::value::Json<{Self}>`, with the feature `json`"
)]
pub trait SessionValue: Clone + Send + Sync + 'static {
    /// What the bytes look like.
    const SHAPE: &'static Shape;
    /// The fewest bytes that a value takes.
    ///
    /// Counts are checked against it before anything is read, so it must not be too large. A type that takes no bytes
    /// cannot stand in a sequence, in a set or as a key: any number of its values would fit into any input.
    const MIN: usize;
    /// The most bytes that a value takes, where there is a bound.
    const MAX: Option<usize>;

    /// Writes the value.
    fn encode(&self, encoder: &mut Encoder);

    /// Reads a value.
    ///
    /// # Errors
    /// Bytes that no value of this type writes.
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError>;

    /// Writes values one after the other, with nothing between them. What this and the two below do is said by `encode` and
    /// `decode`; they are here for types that can do it faster: `u8` takes all of its bytes at once.
    #[inline]
    fn encode_slice(values: &[Self], encoder: &mut Encoder) {
        for value in values {
            value.encode(encoder);
        }
    }

    /// Reads so many values.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    fn decode_vec(count: usize, decoder: &mut Decoder<'_>) -> Result<Vec<Self>, DecodeError> {
        let mut values = Vec::with_capacity(reserve::<Self>(count, decoder));
        for _ in 0..count {
            values.push(Self::decode(decoder)?);
        }
        Ok(values)
    }

    /// Reads `N` values.
    ///
    /// # Errors
    /// As [`decode`](Self::decode).
    #[inline]
    fn decode_array<const N: usize>(decoder: &mut Decoder<'_>) -> Result<[Self; N], DecodeError> {
        // The length is right: it was counted to N.
        <[Self; N]>::try_from(Self::decode_vec(N, decoder)?).map_err(|_| DecodeError::Invalid("array"))
    }
}

/// The bytes of one value.
///
/// # Errors
/// A value that cannot be stored.
pub fn to_bytes<V: SessionValue>(value: &V) -> Result<Vec<u8>, crate::codec::EncodeError> {
    let mut encoder = Encoder::new();
    value.encode(&mut encoder);
    encoder.finish()
}

/// The value of all of `bytes`.
///
/// # Errors
/// Bytes that no value of this type writes, and bytes left over.
pub fn from_bytes<V: SessionValue>(bytes: &[u8]) -> Result<V, DecodeError> {
    let mut decoder = Decoder::new(bytes);
    let value = V::decode(&mut decoder)?;
    decoder.finish()?;
    Ok(value)
}

/// How much room to reserve for `count` values: never more bytes than the input still has, whatever it promises. A
/// collection of more grows as its values are read.
pub(crate) fn reserve<V>(count: usize, decoder: &Decoder<'_>) -> usize {
    count.min(decoder.remaining() / size_of::<V>().max(1))
}

#[cfg(test)]
mod tests;
