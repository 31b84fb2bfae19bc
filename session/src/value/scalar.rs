//! Numbers, `bool` and `char`: one leaf each.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16,
    NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};

use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, Encoder};

macro_rules! leaves {
    ($($type:ident: $min:literal..=$max:literal)*) => {$(
        impl SessionValue for $type {
            const SHAPE: &'static Shape = &Shape::Scalar(stringify!($type));
            const MIN: usize = $min;
            const MAX: Option<usize> = Some($max);

            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                encoder.leaf(*self);
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                decoder.leaf()
            }
        }
    )*};
}

// Integers wider than a byte are varints: one byte up to 250 (zigzag for signed ones), then a marker and all bytes.
// Floats are their bits, so that -0.0 and every NaN come back as they were.
leaves! {
    bool: 1..=1
    char: 1..=4
    u16: 1..=3
    u32: 1..=5
    u64: 1..=9
    u128: 1..=17
    i8: 1..=1
    i16: 1..=3
    i32: 1..=5
    i64: 1..=9
    i128: 1..=17
    f32: 4..=4
    f64: 8..=8
}

/// One byte, itself; so many of them are taken at once.
impl SessionValue for u8 {
    const SHAPE: &'static Shape = &Shape::Scalar("u8");
    const MIN: usize = 1;
    const MAX: Option<usize> = Some(1);

    #[inline]
    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(*self);
    }

    #[inline]
    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.leaf()
    }

    #[inline]
    fn encode_slice(values: &[Self], encoder: &mut Encoder) {
        encoder.raw(values);
    }

    #[inline]
    fn decode_vec(count: usize, decoder: &mut Decoder<'_>) -> Result<Vec<Self>, DecodeError> {
        decoder.raw(count).map(<[Self]>::to_vec)
    }

    #[inline]
    fn decode_array<const N: usize>(decoder: &mut Decoder<'_>) -> Result<[Self; N], DecodeError> {
        decoder.fixed()
    }
}

// A record may be read on a machine of another width, so the width on the wire is fixed.
macro_rules! sizes {
    ($($type:ident as $wire:ident)*) => {$(
        impl SessionValue for $type {
            const SHAPE: &'static Shape = <$wire as SessionValue>::SHAPE;
            const MIN: usize = <$wire as SessionValue>::MIN;
            const MAX: Option<usize> = <$wire as SessionValue>::MAX;

            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                encoder.leaf(*self as $wire);
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                Self::try_from(decoder.leaf::<$wire>()?)
                    .map_err(|_| DecodeError::Invalid(stringify!($type)))
            }
        }
    )*};
}

sizes! {
    usize as u64
    isize as i64
}

// A shape of their own: the bytes of 0 are not among theirs.
macro_rules! non_zero {
    ($($type:ident of $inner:ident as $name:literal)*) => {$(
        impl SessionValue for $type {
            const SHAPE: &'static Shape = &Shape::Scalar($name);
            const MIN: usize = <$inner as SessionValue>::MIN;
            const MAX: Option<usize> = <$inner as SessionValue>::MAX;

            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                self.get().encode(encoder);
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                Self::new($inner::decode(decoder)?).ok_or(DecodeError::Invalid("number other than zero"))
            }
        }
    )*};
}

non_zero! {
    NonZeroU8 of u8 as "nonzero u8"
    NonZeroU16 of u16 as "nonzero u16"
    NonZeroU32 of u32 as "nonzero u32"
    NonZeroU64 of u64 as "nonzero u64"
    NonZeroU128 of u128 as "nonzero u128"
    NonZeroUsize of usize as "nonzero u64"
    NonZeroI8 of i8 as "nonzero i8"
    NonZeroI16 of i16 as "nonzero i16"
    NonZeroI32 of i32 as "nonzero i32"
    NonZeroI64 of i64 as "nonzero i64"
    NonZeroI128 of i128 as "nonzero i128"
    NonZeroIsize of isize as "nonzero i64"
}
