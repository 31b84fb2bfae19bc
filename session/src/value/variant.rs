//! Enums inside fields: a variant is one tagged entry, `name32 · shape32 · length · payload`.
//!
//! So variants may be reordered and added, and a payload that changed its type is never read as the old one.

use super::{Part, Shape, Unknown, name32};
use crate::codec::{DecodeError, Decoder, Encoder};

/// One variant of an enum. Made by `#[derive(SessionValue)]`.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    name32: u32,
    shape32: u32,
}

impl Variant {
    /// The variant that `part` describes.
    pub const fn new(name: &'static str, payload: &'static Shape) -> Self {
        Self { name32: name32(name), shape32: payload.wire() }
    }

    /// As [`new`](Self::new), from a part of the enum's shape.
    pub const fn of(part: &Part) -> Self {
        Self::new(part.name, part.shape)
    }

    /// Writes this variant with the payload that `payload` writes.
    pub fn encode(&self, encoder: &mut Encoder, payload: impl FnOnce(&mut Encoder)) {
        encoder.nested(|encoder| {
            encoder.fixed32(self.name32);
            encoder.fixed32(self.shape32);
            let mark = encoder.open();
            payload(encoder);
            encoder.close(mark);
        });
    }

    /// Reads which of `variants` comes next, and its payload through `payload`, which is given the variant's index.
    ///
    /// # Errors
    /// [`DecodeError::UnknownVariant`] for a name that is not there or is there with another payload.
    pub fn decode<V>(
        variants: &[Self],
        decoder: &mut Decoder<'_>,
        payload: impl FnOnce(usize, &mut Decoder<'_>) -> Result<V, DecodeError>,
    ) -> Result<V, DecodeError> {
        decoder.nested(|decoder| {
            let index = Self::find(variants, decoder)?.ok_or(DecodeError::UnknownVariant)?;
            decoder.fixed::<8>()?;
            decoder.within(|decoder| payload(index, decoder))
        })
    }

    /// As [`decode`](Self::decode), with `other` for a variant that is not there.
    ///
    /// # Errors
    /// Those of the payload.
    pub fn decode_or<V>(
        variants: &[Self],
        decoder: &mut Decoder<'_>,
        payload: impl FnOnce(usize, &mut Decoder<'_>) -> Result<V, DecodeError>,
        other: impl FnOnce(Unknown) -> V,
    ) -> Result<V, DecodeError> {
        match Self::find(variants, decoder)? {
            Some(_) => Self::decode(variants, decoder, payload),
            None => decoder.nested(Unknown::decode_variant).map(other),
        }
    }

    /// Which of `variants` comes next. Takes nothing.
    fn find(variants: &[Self], decoder: &Decoder<'_>) -> Result<Option<usize>, DecodeError> {
        let mut ahead = Decoder::new(decoder.here());
        let (name32, shape32) = (ahead.fixed32()?, ahead.fixed32()?);
        Ok(variants.iter().position(|variant| (variant.name32, variant.shape32) == (name32, shape32)))
    }
}

/// Fails to compile where two variants have one name on the wire. The derive calls it in a `const`.
///
/// # Panics
/// Where they do, if it is called at run time.
#[track_caller]
pub const fn assert_variants(variants: &[Variant]) {
    let mut left = 0;
    while left < variants.len() {
        let mut right = left + 1;
        while right < variants.len() {
            assert!(
                variants[left].name32 != variants[right].name32,
                "two variants have one name on the wire, or names whose 32-bit hashes collide; give one of them \
                 `#[session(rename = \"…\")]`"
            );
            right += 1;
        }
        left += 1;
    }
}
