use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, EncodeError, Encoder};

/// Stands for the type itself while the derive computes its shape: `Vec<Self>` has the shape of `Vec<Recur>`, which
/// ends. It is never encoded or decoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recur;

impl SessionValue for Recur {
    const SHAPE: &'static Shape = &Shape::Recur;
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encoder.fail(EncodeError::Invalid("stand-in for a recursive type"));
    }

    fn decode(_: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Err(DecodeError::Invalid("stand-in for a recursive type"))
    }
}

/// Stands for a type that leads back to the one that is being described, in a field marked `recursive`: from there on the
/// shape is not told. It is never encoded or decoded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Elsewhere;

impl SessionValue for Elsewhere {
    const SHAPE: &'static Shape = &Shape::Opaque("recursive");
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        encoder.fail(EncodeError::Invalid("stand-in for a recursive type"));
    }

    fn decode(_: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Err(DecodeError::Invalid("stand-in for a recursive type"))
    }
}
