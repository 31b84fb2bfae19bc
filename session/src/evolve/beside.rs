//! What a record of an older version holds beside its own fields: values of the newer struct that the older one cannot
//! express, while the newer program writes in the older one's form (`write_as`).
//!
//! An entry is `length · derived · value`, where *derived* is what the conversion made of the older fields when the value
//! was written. If it makes something else of them now, the older program has changed them since, and the value is out
//! of date.

use std::borrow::Cow;

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::data::encode::encoded;
use crate::data::{Field, Flags, SessionData};
use crate::error::Error;
use crate::record::fields::{self, Change};

/// Sets the names of these entries apart from those of fields.
const BESIDE: u32 = crate::value::name32("\0beside");

/// Whether it is an entry of one of `T`'s fields.
pub(super) fn is_of<T: SessionData>(name32: u32, shape32: u32) -> bool {
    T::UPGRADE.is_some()
        && T::FIELDS.iter().any(|row| (row.name32 ^ BESIDE, row.shape32) == (name32, shape32))
}

/// Brings the fields `rows` of `data`, as they were converted from the older ones, to what was written beside those.
pub(super) fn read<T: SessionData>(
    rows: impl Iterator<Item = &'static Field<T>>,
    data: &mut T,
    raw: &[u8],
) -> Result<(), Error> {
    for row in rows {
        let found = fields::find(raw, row.name32 ^ BESIDE, row.shape32).map_err(Error::corrupt)?;
        let Some(field) = found else { continue };
        let mut entry = Decoder::new(field.bytes);
        if entry.bytes().map_err(Error::corrupt)? != encoded(row, data)? {
            continue;
        }
        match row.decode(data, &mut entry) {
            // What only a newer program knows stays where it is.
            Ok(()) | Err(DecodeError::UnknownVariant | DecodeError::ShapeMismatch) => {}
            Err(why) => return Err(Error::corrupt(why)),
        }
    }
    Ok(())
}

/// The change that keeps `value` beside the older fields, or nothing if these say the same.
pub(super) fn write<T>(row: &Field<T>, derived: &[u8], value: &[u8]) -> Change<'static> {
    let bytes = (derived != value).then(|| {
        let mut encoder = Encoder::new();
        encoder.bytes(derived);
        encoder.raw(value);
        encoder.finish().unwrap_or_default()
    });
    let flags = row.flags.without(Flags::MUST_UNDERSTAND);
    Change { name32: row.name32 ^ BESIDE, shape32: row.shape32, flags, bytes: bytes.map(Cow::Owned) }
}
