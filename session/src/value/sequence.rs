//! [`Vec`], [`VecDeque`] and arrays.

use std::collections::VecDeque;

use super::{SessionValue, Shape, bound};
use crate::codec::{DecodeError, Decoder, Encoder};

/// Any number of values that take no bytes fits into one count, so the work of reading them has no bound.
///
/// ```
/// const SHAPE: &session::value::Shape = <Vec<[u8; 1]> as session::SessionValue>::SHAPE;
/// ```
///
/// ```compile_fail,E0080
/// const SHAPE: &session::value::Shape = <Vec<[u8; 0]> as session::SessionValue>::SHAPE;
/// ```
const fn sequence_of<V: SessionValue>() -> Shape {
    assert!(V::MIN > 0, "values that take no bytes cannot stand in a sequence: store their number instead");
    Shape::Seq(V::SHAPE)
}

impl<V: SessionValue> SessionValue for Vec<V> {
    const SHAPE: &'static Shape = &sequence_of::<V>();
    const MIN: usize = 1;
    const MAX: Option<usize> = None;

    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.count(self.len());
        encoder.nested(|encoder| V::encode_slice(self, encoder));
    }

    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let count = decoder.count(V::MIN)?;
        decoder.nested(|decoder| V::decode_vec(count, decoder))
    }
}

impl<V: SessionValue> SessionValue for VecDeque<V> {
    const SHAPE: &'static Shape = Vec::<V>::SHAPE;
    const MIN: usize = Vec::<V>::MIN;
    const MAX: Option<usize> = Vec::<V>::MAX;

    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        let (front, back) = self.as_slices();
        encoder.count(self.len());
        encoder.nested(|encoder| [front, back].iter().for_each(|part| V::encode_slice(part, encoder)));
    }

    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Vec::decode(decoder).map(Self::from)
    }
}

impl<V: SessionValue, const N: usize> SessionValue for [V; N] {
    const SHAPE: &'static Shape = &Shape::Array(V::SHAPE, N);
    const MIN: usize = V::MIN.saturating_mul(N);
    const MAX: Option<usize> = bound::times(V::MAX, N);

    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.nested(|encoder| V::encode_slice(self, encoder));
    }

    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        // Before the first element, so that a long array costs nothing where it cannot be there.
        if decoder.remaining() < Self::MIN {
            return Err(DecodeError::UnexpectedEnd);
        }
        decoder.nested(V::decode_array)
    }
}
