//! [`Decimal`], behind the feature `rust_decimal`: its sixteen bytes.

use rust_decimal::Decimal;

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::value::{SessionValue, Shape};

/// With its scale: 1.50 comes back as 1.50. It is equal to 1.5, and has other bytes: where these count, in an index, an
/// identity and the policy `conflict`, the two are two values, unless all of them are `normalize()`d.
impl SessionValue for Decimal {
    const SHAPE: &'static Shape = &Shape::Scalar("decimal");
    const MIN: usize = 16;
    const MAX: Option<usize> = Some(16);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(&self.serialize());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let bytes = decoder.fixed()?;
        // The library mends what it would not write itself.
        let decimal = Self::deserialize(bytes);
        if decimal.serialize() == bytes { Ok(decimal) } else { Err(DecodeError::Invalid("decimal")) }
    }
}
