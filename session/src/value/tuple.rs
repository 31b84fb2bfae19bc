//! Tuples of one to twelve values, one after the other.

use super::{SessionValue, Shape, bound};
use crate::codec::{DecodeError, Decoder, Encoder};

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<$($name: SessionValue),+> SessionValue for ($($name,)+) {
            const SHAPE: &'static Shape = &Shape::Tuple(&[$($name::SHAPE),+]);
            const MIN: usize = bound::sum_min(&[$($name::MIN),+]);
            const MAX: Option<usize> = bound::sum_max(&[$($name::MAX),+]);

            #[inline]
            #[allow(non_snake_case, reason = "each value is called like its type")]
            fn encode(&self, encoder: &mut Encoder) {
                let ($($name,)+) = self;
                encoder.nested(|encoder| {
                    $($name.encode(encoder);)+
                });
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                decoder.nested(|decoder| Ok(($($name::decode(decoder)?,)+)))
            }
        }
    )*};
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
    A B C D E F G H I;
    A B C D E F G H I J;
    A B C D E F G H I J K;
    A B C D E F G H I J K L;
}
