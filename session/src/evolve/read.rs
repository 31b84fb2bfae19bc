//! From a record to data.

use super::form::{self, Settled};
use super::principal;
use crate::codec::{DecodeError, Decoder};
use crate::current::Slot;
use crate::data::{Field, Flags, SessionData, identity_of};
use crate::error::{Error, ErrorKind};
use crate::event::{self, Events};
use crate::flash;
use crate::merge;
use crate::record::{Header, Packing, RawField, Record, fields};
use crate::sealing::Sealing;
use crate::token::Handle;
use crate::value::tagged::find;

/// What reading a record takes besides the record: whose it is, and who is told of what is odd about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) handle: Handle,
    pub(crate) events: &'a Events,
}

impl Reading<'_> {
    fn shape_mismatch(self, field: &'static str, why: Option<DecodeError>) {
        event::shape_mismatch(self.events, self.handle, field, why);
    }
}

/// The data of a record, and which flash values it holds; of one of an older schema version, through `previous`.
///
/// A field that the record does not have is at its default. One that it has in a shape that is not known here is too,
/// and its bytes stay in the record: a program that knows the shape will find them.
///
/// # Errors
/// `Corrupt`; `TooNew` where going on could take one principal for another; `Upgrade`.
pub(crate) fn record<T: SessionData>(
    reading: Reading<'_>,
    header: &Header,
    raw: &[u8],
) -> Result<(T, Vec<Slot>), Error> {
    may_read::<T>(header)?;
    match T::UPGRADE {
        Some(upgrade) if header.schema_version < T::VERSION => upgrade.read(reading, header, raw),
        _ => table(reading, header, raw),
    }
}

/// # Errors
/// `TooNew` where the record says so; `Config` where its fields are packed and no wrapper undid that.
pub(crate) fn may_read<T: SessionData>(header: &Header) -> Result<(), Error> {
    let Packing { compressed, sealed } = header.packing;
    let cure = match (compressed, sealed) {
        _ if header.min_reader > T::VERSION => return Err(too_new(header)),
        (false, false) => return Ok(()),
        (false, true) => {
            "sealed, and nothing opens them: wrap the store in `Encrypted`, with the key that sealed them"
        }
        (true, false) => {
            "compressed, and nothing undoes it: wrap the store in `Compressed`, outside of `Encrypted` if there are both"
        }
        (true, true) => {
            "compressed and sealed, and nothing undoes it: wrap the store as `Compressed<Encrypted<…>>`, with the key that \
             sealed them"
        }
    };
    Err(Error::new(ErrorKind::Config(vec![format!("the stored session's fields are {cure}")])))
}

fn too_new(header: &Header) -> Error {
    Error::new(ErrorKind::TooNew { version: header.schema_version })
}

/// A record whose fields are those of `T`'s table.
fn table<T: SessionData>(reading: Reading<'_>, header: &Header, raw: &[u8]) -> Result<(T, Vec<Slot>), Error> {
    let mut data = T::empty();
    let mut slots = Vec::new();
    let mut next = 0;
    let mut has_formers = false;
    for field in fields::iter(raw) {
        let field = field.map_err(Error::corrupt)?;
        let index = find(T::FIELDS, next, field.name32);
        let Some(index) = index.filter(|&index| T::FIELDS[index].shape32 == field.shape32) else {
            has_formers |= form::by_former(T::FIELDS, field.name32, field.shape32).is_some();
            check_unknown::<T>(reading, header, &field, raw)?;
            continue;
        };
        next = index + 1;
        let row = &T::FIELDS[index];
        if read_own(reading, row, index, &field, &mut data, &mut slots)? == Own::Unreadable
            && row.flags.has(Flags::MUST_UNDERSTAND)
        {
            return Err(too_new(header));
        }
    }
    if has_formers {
        for row in T::FIELDS.iter().filter(|row| !row.formers.is_empty()) {
            read_formers(reading, header, row, raw, &mut data)?;
        }
    }
    if !principal::agrees(&data, header, raw).map_err(Error::corrupt)? {
        return Err(too_new(header));
    }
    Ok((data, slots))
}

/// A field under a name or in a shape that is not known here. Where a known form stands beside it, whoever wrote it
/// wrote that one for us.
fn check_unknown<T: SessionData>(
    reading: Reading<'_>,
    header: &Header,
    field: &RawField<'_>,
    raw: &[u8],
) -> Result<(), Error> {
    let row = form::by_name(T::FIELDS, field.name32);
    if let Some(row) = row
        && form::is_known(row, raw).map_err(Error::corrupt)?
    {
        return Ok(());
    }
    if field.flags.has(Flags::MUST_UNDERSTAND) || row.is_some_and(|row| row.flags.has(Flags::MUST_UNDERSTAND))
    {
        return Err(too_new(header));
    }
    if let Some(row) = row {
        reading.shape_mismatch(row.name, None);
    }
    Ok(())
}

/// Whether a field's own form could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Own {
    Read,
    /// Something inside is known only to a newer program.
    Unreadable,
}

pub(super) fn read_own<T>(
    reading: Reading<'_>,
    row: &Field<T>,
    index: usize,
    field: &RawField<'_>,
    data: &mut T,
    slots: &mut Vec<Slot>,
) -> Result<Own, Error> {
    let mut decoder = match row.flags.has(Flags::FLASH) {
        true => {
            let stored = flash::Stored::decode(field.bytes).map_err(Error::corrupt)?;
            slots.push(Slot::loaded(index, stored.id, stored.claimed_until));
            Decoder::new(stored.value)
        }
        false => Decoder::new(field.bytes),
    };
    match row.decode(data, &mut decoder).and_then(|()| decoder.finish()) {
        Ok(()) => {
            if decoder.mismatches() > 0 {
                reading.shape_mismatch(row.name, None);
            }
            Ok(Own::Read)
        }
        Err(why @ (DecodeError::UnknownVariant | DecodeError::ShapeMismatch)) => {
            reading.shape_mismatch(row.name, Some(why));
            Ok(Own::Unreadable)
        }
        Err(why) => Err(damaged(row, why)),
    }
}

fn damaged<T>(row: &Field<T>, why: DecodeError) -> Error {
    Error::corrupt(why).in_context(format!("field `{}`", row.name))
}

/// Brings a field that has former forms to what was written last.
fn read_formers<T: SessionData>(
    reading: Reading<'_>,
    header: &Header,
    row: &Field<T>,
    raw: &[u8],
    data: &mut T,
) -> Result<(), Error> {
    let own = fields::find(raw, row.name32, row.shape32).map_err(Error::corrupt)?;
    let find = |name32, shape32| fields::find(raw, name32, shape32).ok().flatten().map(|field| field.bytes);
    let settled = match form::settle(row, data, own.is_some(), find) {
        Err(why @ (DecodeError::UnknownVariant | DecodeError::ShapeMismatch)) => {
            reading.shape_mismatch(row.name, Some(why));
            Settled::Failed
        }
        settled => settled.map_err(|why| damaged(row, why))?,
    };
    if settled == Settled::Failed {
        if row.flags.has(Flags::MUST_UNDERSTAND) {
            return Err(too_new(header));
        }
        event::conversion_failed(reading.events, reading.handle, row.name);
        row.swap(data, &mut T::empty());
    }
    Ok(())
}

/// Whether a record, which another program may have written in another form meanwhile, is still that of the principal
/// that `base` names.
pub(crate) fn is_same_principal<T: SessionData>(
    reading: Reading<'_>,
    base: &T,
    newer: &Record,
    sealing: &Sealing<'_>,
) -> Result<bool, Error> {
    let Some((_, row)) = identity_of::<T>().filter(|(_, row)| row.is_authenticated(base)) else {
        return Ok(false);
    };
    let (data, _) = sealing.read::<T>(reading, &newer.header, &newer.fields)?;
    Ok(merge::same_field(row, base, &data))
}
