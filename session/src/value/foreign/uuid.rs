//! [`Uuid`], behind the feature `uuid`: its sixteen bytes.

use uuid::Uuid;

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::value::{SessionValue, Shape};

impl SessionValue for Uuid {
    const SHAPE: &'static Shape = &Shape::Scalar("uuid");
    const MIN: usize = 16;
    const MAX: Option<usize> = Some(16);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.raw(self.as_bytes());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.fixed().map(Self::from_bytes)
    }
}
