//! [`Vec`], [`VecDeque`] and arrays.

use std::collections::VecDeque;

use super::{SessionValue, Shape, bound, reserve};
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

macro_rules! sequences {
    ($($sequence:ident.$push:ident())*) => {$(
        impl<V: SessionValue> SessionValue for $sequence<V> {
            const SHAPE: &'static Shape = &sequence_of::<V>();
            const MIN: usize = 1;
            const MAX: Option<usize> = None;

            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                encoder.count(self.len());
                encoder.nested(|encoder| self.iter().for_each(|value| value.encode(encoder)));
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                let count = decoder.count(V::MIN)?;
                let mut values = Self::with_capacity(reserve::<V>(count, decoder));
                decoder.nested(|decoder| {
                    for _ in 0..count {
                        values.$push(V::decode(decoder)?);
                    }
                    Ok(values)
                })
            }
        }
    )*};
}

sequences!(Vec.push() VecDeque.push_back());

impl<V: SessionValue, const N: usize> SessionValue for [V; N] {
    const SHAPE: &'static Shape = &Shape::Array(V::SHAPE, N);
    const MIN: usize = V::MIN.saturating_mul(N);
    const MAX: Option<usize> = bound::times(V::MAX, N);

    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.nested(|encoder| self.iter().for_each(|value| value.encode(encoder)));
    }

    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        // Before the first element, so that a long array costs nothing where it cannot be there.
        if decoder.remaining() < Self::MIN {
            return Err(DecodeError::UnexpectedEnd);
        }
        let mut values = Vec::with_capacity(reserve::<V>(N, decoder));
        decoder.nested(|decoder| {
            for _ in 0..N {
                values.push(V::decode(decoder)?);
            }
            // The length is right: it was counted to N.
            Self::try_from(values).map_err(|_| DecodeError::Invalid("array"))
        })
    }
}
