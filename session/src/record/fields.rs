//! The encoded fields of a record: `[name32 · shape32 · flags · length · bytes]*`.
//!
//! Knows names, shapes and flags, never a type: what a program does not know passes through here untouched.

use std::borrow::Cow;

use bytes::Bytes;

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::data::{Field, Flags};
use crate::error::Error;
use crate::value::name32;

/// What the shape of a value is combined with where it stands sealed: an envelope is not the value, and whoever cannot open
/// it must not take it for one.
pub(crate) const SEALED_SHAPE: u32 = name32("\0sealed");

/// One field as it stands in a record.
#[derive(Clone, Copy)]
pub struct RawField<'a> {
    /// The 32 bits of its name.
    pub name32: u32,
    /// The 32 bits of its shape.
    pub shape32: u32,
    /// What it is.
    pub flags: Flags,
    /// Its value.
    pub bytes: &'a [u8],
    /// All of the above as it stands in the record.
    whole: &'a [u8],
}

impl RawField<'_> {
    /// The shape of its value, sealed or not.
    pub(crate) fn plain_shape(&self) -> u32 {
        if self.flags.has(Flags::SEALED) { self.shape32 ^ SEALED_SHAPE } else { self.shape32 }
    }

    /// How many bytes it takes in the record.
    pub(crate) const fn size(&self) -> usize {
        self.whole.len()
    }

    /// Writes the field as it stands in the record.
    pub(crate) fn copy(&self, encoder: &mut Encoder) {
        encoder.raw(self.whole);
    }

    /// Writes the field with its value in an envelope.
    pub(crate) fn seal(&self, envelope: &[u8], encoder: &mut Encoder) {
        let flags = self.flags.without(Flags::OPENED).with(Flags::SEALED);
        one(self.name32, self.plain_shape() ^ SEALED_SHAPE, flags, envelope, encoder);
    }

    /// Writes the field with the value that was in its envelope.
    pub(crate) fn open(&self, value: &[u8], encoder: &mut Encoder) {
        let flags = self.flags.without(Flags::SEALED).with(Flags::OPENED);
        one(self.name32, self.plain_shape(), flags, value, encoder);
    }
}

impl std::fmt::Debug for RawField<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}:{:08x} ({} bytes)", self.name32, self.shape32, self.bytes.len())
    }
}

/// The fields of a record, in order.
#[derive(Debug)]
pub(crate) struct RawFields<'a>(Decoder<'a>);

pub(crate) fn iter(fields: &[u8]) -> RawFields<'_> {
    RawFields(Decoder::new(fields))
}

impl<'a> RawFields<'a> {
    fn read(&mut self) -> Result<RawField<'a>, DecodeError> {
        let before = self.0.here();
        let name32 = self.0.fixed32()?;
        let shape32 = self.0.fixed32()?;
        let [flags] = self.0.fixed()?;
        let bytes = self.0.bytes()?;
        let whole = self.0.consumed(before);
        Ok(RawField { name32, shape32, flags: Flags::from_wire(flags), bytes, whole })
    }
}

impl<'a> Iterator for RawFields<'a> {
    type Item = Result<RawField<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.remaining() == 0 {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            // One broken length makes everything after it meaningless.
            self.0 = Decoder::new(&[]);
        }
        Some(field)
    }
}

/// Whether the fields can be told apart to the end.
pub(crate) fn check(fields: &[u8]) -> Result<(), DecodeError> {
    iter(fields).try_for_each(|field| field.map(drop))
}

/// The field of that name and shape.
pub(crate) fn find(fields: &[u8], name32: u32, shape32: u32) -> Result<Option<RawField<'_>>, DecodeError> {
    for field in iter(fields) {
        let field = field?;
        if (field.name32, field.shape32) == (name32, shape32) {
            return Ok(Some(field));
        }
    }
    Ok(None)
}

/// What becomes of one field.
#[derive(Debug, Clone)]
pub(crate) struct Change<'a> {
    pub(crate) name32: u32,
    pub(crate) shape32: u32,
    pub(crate) flags: Flags,
    /// The new bytes; `None` takes the field out.
    pub(crate) bytes: Option<Cow<'a, [u8]>>,
}

impl Change<'_> {
    /// A change of that field.
    pub(crate) fn of<S>(row: &Field<S>, bytes: Option<Vec<u8>>) -> Self {
        Self { name32: row.name32, shape32: row.shape32, flags: row.flags, bytes: bytes.map(Cow::Owned) }
    }
}

/// The fields with `changes` made: a changed field keeps its place, a new one goes to the end, and all the others,
/// known or not, stay byte for byte as they are.
pub(crate) fn rebuild(fields: &[u8], changes: &[Change<'_>]) -> Result<Bytes, Error> {
    let added: usize =
        changes.iter().map(|change| change.bytes.as_ref().map_or(0, |bytes| bytes.len()) + 14).sum();
    let mut encoder = Encoder::onto(Vec::with_capacity(fields.len() + added));
    // A new record has nothing to be changed.
    let mut done = if fields.is_empty() { Vec::new() } else { vec![false; changes.len()] };
    for field in iter(fields) {
        let field = field.map_err(Error::corrupt)?;
        let changed = changes
            .iter()
            .position(|change| (change.name32, change.shape32) == (field.name32, field.shape32));
        match changed {
            None => encoder.raw(field.whole),
            // A second field of one name and shape is a writer's mistake; one is left.
            Some(index) if done[index] => {}
            Some(index) => {
                done[index] = true;
                write(&mut encoder, &changes[index]);
            }
        }
    }
    let is_done = |index: usize| done.get(index).is_some_and(|done| *done);
    for (_, change) in changes.iter().enumerate().filter(|(index, _)| !is_done(*index)) {
        write(&mut encoder, change);
    }
    let bytes =
        encoder.finish().map_err(|error| Error::too_large(usize::MAX, u32::MAX as usize).caused_by(error))?;
    Ok(bytes.into())
}

fn write(encoder: &mut Encoder, change: &Change<'_>) {
    if let Some(bytes) = &change.bytes {
        one(change.name32, change.shape32, change.flags, bytes, encoder);
    }
}

fn one(name32: u32, shape32: u32, flags: Flags, bytes: &[u8], encoder: &mut Encoder) {
    encoder.fixed32(name32);
    encoder.fixed32(shape32);
    encoder.raw(&[flags.wire()]);
    encoder.bytes(bytes);
}

/// Only the fields that `stays` says of, byte for byte.
pub(crate) fn retain(fields: &[u8], stays: impl Fn(&RawField<'_>) -> bool) -> Result<Bytes, DecodeError> {
    let mut kept = Vec::new();
    for field in iter(fields) {
        let field = field?;
        if stays(&field) {
            kept.extend_from_slice(field.whole);
        }
    }
    Ok(kept.into())
}
