//! The one place that names bincode.

use bincode::config::{Configuration, Limit, LittleEndian, Varint};

use super::DecodeError;

/// Leaves have no length prefix, so the limit is only a second lock on the door.
const LEAF: Configuration<LittleEndian, Varint, Limit<64>> = bincode::config::standard().with_limit::<64>();

/// A value that bincode encodes by itself: an integer, a float, `bool` or `char`.
pub(crate) trait Leaf: bincode::Encode + bincode::Decode<()> + PartialEq + Copy {}
impl<V: bincode::Encode + bincode::Decode<()> + PartialEq + Copy> Leaf for V {}

#[inline]
pub(crate) fn put_leaf<V: Leaf>(out: &mut Vec<u8>, value: V) {
    let mut small = [0_u8; 32];
    // A leaf is at most 17 bytes long and encoding it cannot fail.
    let written = bincode::encode_into_slice(value, &mut small, LEAF).unwrap_or(0);
    out.extend_from_slice(&small[..written]);
}

/// Reads one leaf from the front of `input` and gives what follows it.
#[inline]
pub(crate) fn take_leaf<V: Leaf>(input: &[u8]) -> Result<(V, &[u8]), DecodeError> {
    let (value, read) = bincode::decode_from_slice::<V, _>(input, LEAF).map_err(reason)?;
    // bincode accepts 1 written as 251,1,0; equal values must be equal bytes. There is nothing shorter than one byte.
    if read == 1 {
        return Ok((value, &input[1..]));
    }
    let mut small = [0_u8; 32];
    let written = bincode::encode_into_slice(value, &mut small, LEAF).unwrap_or(0);
    if written != read {
        return Err(DecodeError::NotMinimal);
    }
    Ok((value, &input[read..]))
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn reason(error: bincode::error::DecodeError) -> DecodeError {
    match error {
        bincode::error::DecodeError::UnexpectedEnd { .. } => DecodeError::UnexpectedEnd,
        bincode::error::DecodeError::InvalidBooleanValue(_) => DecodeError::Invalid("bool"),
        bincode::error::DecodeError::InvalidCharEncoding(_) => DecodeError::Invalid("char"),
        _ => DecodeError::Invalid("number"),
    }
}
