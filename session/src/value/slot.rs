use super::limited::Limit;
use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, Encoder};

/// One field of a packed struct, a tuple struct or a variant of `S`. One private unit type per field implements it.
///
/// What [`Lens`](crate::data::Lens) is to a tagged field: the bound on the field's type stands here alone, so that a
/// foreign type is one error, on that type. The constants are given only where the type leads back to `S`, for which
/// [`Recur`](super::Recur) then stands.
pub trait Slot<S>: 'static {
    /// The type of the field.
    type Value: SessionValue;
    /// Its shape.
    const SHAPE: &'static Shape = <Self::Value as SessionValue>::SHAPE;
    /// The fewest bytes that it takes.
    const MIN: usize = <Self::Value as SessionValue>::MIN;
    /// How long it may be, where that is said.
    const LIMIT: Option<Limit<Self::Value>> = None;
    /// The most bytes that it takes, where there is a bound.
    const MAX: Option<usize> = match Self::LIMIT {
        Some(limit) => limit.max,
        None => <Self::Value as SessionValue>::MAX,
    };

    /// Writes the field.
    #[inline]
    fn encode(value: &Self::Value, encoder: &mut Encoder) {
        if let Some(limit) = Self::LIMIT {
            limit.check(value, encoder);
        }
        value.encode(encoder);
    }

    /// Reads the field.
    ///
    /// # Errors
    /// Those of the field's type.
    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self::Value, DecodeError> {
        SessionValue::decode(decoder)
    }
}
