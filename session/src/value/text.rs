//! Text: a length and UTF-8.

use std::sync::Arc;

use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, Encoder};

macro_rules! text {
    ($($type:ty)*) => {$(
        impl SessionValue for $type {
            const SHAPE: &'static Shape = &Shape::Scalar("str");
            const MIN: usize = 1;
            const MAX: Option<usize> = None;

            #[inline]
            fn encode(&self, encoder: &mut Encoder) {
                encoder.bytes(self.as_bytes());
            }

            #[inline]
            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                let text = std::str::from_utf8(decoder.bytes()?).map_err(|_| DecodeError::NotUtf8)?;
                Ok(text.into())
            }
        }
    )*};
}

text!(String Box<str> Arc<str>);
