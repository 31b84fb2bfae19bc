use std::fmt;

use crate::codec::{DecodeError, Decoder, EncodeError, Encoder};

/// What a nested struct or enum holds that this program does not know, kept byte for byte for those that do.
///
/// A session keeps fields that it does not know by itself. A struct *inside* a field is written as a whole when it is
/// changed, so it keeps them only if it has a place for them: one field of this type, in a struct that derives
/// [`SessionValue`](macro@crate::SessionValue).
///
/// ```
/// # use session::{SessionValue, Unknown};
/// #[derive(SessionValue, Clone, Default)]
/// struct CartItem {
///     sku: String,
///     quantity: u32,
///     rest: Unknown,
/// }
///
/// #[derive(SessionValue, Clone)]
/// enum Payment {
///     Card { last_digits: u16 },
///     Invoice,
///     /// Written by a newer program; written back as it was.
///     #[session(other)]
///     Other(Unknown),
/// }
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// In the order of their names and shapes, so that equal values have equal bytes.
    entries: Vec<Entry>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Entry {
    name32: u32,
    shape32: u32,
    bytes: Box<[u8]>,
}

impl Unknown {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many fields of a struct, or variants, are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn push(&mut self, name32: u32, shape32: u32, bytes: &[u8]) {
        self.entries.push(Entry { name32, shape32, bytes: bytes.into() });
    }

    pub(crate) fn sort(&mut self) {
        self.entries.sort_by_key(|entry| (entry.name32, entry.shape32));
    }

    /// Whether there is a field of that name, in a shape that is not known here.
    pub(crate) fn has_name(&self, name32: u32) -> bool {
        self.entries.iter().any(|entry| entry.name32 == name32)
    }

    pub(crate) fn encode(&self, encoder: &mut Encoder) {
        for entry in &self.entries {
            encoder.fixed32(entry.name32);
            encoder.fixed32(entry.shape32);
            encoder.bytes(&entry.bytes);
        }
    }

    /// Writes the one variant that is kept.
    pub fn encode_variant(&self, encoder: &mut Encoder) {
        match self.entries.len() {
            1 => encoder.nested(|encoder| self.encode(encoder)),
            _ => encoder.fail(EncodeError::Invalid("variant that was not read from a session")),
        }
    }

    /// Reads a variant, whatever it is.
    pub(super) fn decode_variant(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let mut unknown = Self::default();
        let (name32, shape32) = (decoder.fixed32()?, decoder.fixed32()?);
        unknown.push(name32, shape32, decoder.bytes()?);
        Ok(unknown)
    }
}

/// Shows how much there is; what it is may be personal.
impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unknown({})", self.entries.len())
    }
}
