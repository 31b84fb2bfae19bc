//! [`Option`], and the pointers that are not there on the wire.

use std::sync::Arc;

use super::{SessionValue, Shape, bound};
use crate::codec::{DecodeError, Decoder, Encoder};

impl<V: SessionValue> SessionValue for Option<V> {
    const SHAPE: &'static Shape = &Shape::Option(V::SHAPE);
    const MIN: usize = 1;
    const MAX: Option<usize> = bound::add(Some(1), V::MAX);

    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(self.is_some());
        if let Some(value) = self {
            encoder.nested(|encoder| value.encode(encoder));
        }
    }

    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        if decoder.leaf()? { decoder.nested(V::decode).map(Some) } else { Ok(None) }
    }
}

// Transparent, in depth as in bytes: whoever reads a `V` must be able to read a `Box<V>`. A type can only contain itself
// through something else that counts as a level.
macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<V: SessionValue> SessionValue for $pointer<V> {
            const SHAPE: &'static Shape = V::SHAPE;
            const MIN: usize = V::MIN;
            const MAX: Option<usize> = V::MAX;

            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                V::encode(self, encoder);
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                V::decode(decoder).map(Self::new)
            }
        }
    )*};
}

pointers!(Box Arc);
