//! Whose record it is, as programs see it that store the identity in different forms.
//!
//! The header's digest is taken of the oldest form that is written, because every program in the fleet knows that one.

use super::form;
use crate::codec::DecodeError;
use crate::data::encode::encoded;
use crate::data::{SessionData, identity_of};
use crate::error::Error;
use crate::record::{Header, Principal, fields};

/// The digest that the header of a record with `data` carries.
pub(crate) fn of<T: SessionData>(data: &T) -> Result<Principal, Error> {
    let Some((_, row)) = identity_of::<T>().filter(|(_, row)| row.is_authenticated(data)) else {
        return Ok(Principal::NOBODY);
    };
    let oldest = match form::is_written_twice::<T>() {
        true => row.formers.iter().rev().find_map(|former| former.bytes_of(data)),
        false => None,
    };
    match oldest {
        Some(bytes) => Ok(Principal::of_bytes(&bytes)),
        None => Ok(Principal::of_bytes(&encoded(row, data)?)),
    }
}

/// The digest for a record that holds these fields, with `data` as what they mean.
///
/// Of the bytes as they stand there: an identity that was not changed is not written again, and what this program would
/// write for it may be other bytes by now.
pub(crate) fn written<T: SessionData>(data: &T, raw: &[u8]) -> Result<Principal, Error> {
    let Some((_, row)) = identity_of::<T>().filter(|(_, row)| row.is_authenticated(data)) else {
        return Ok(Principal::NOBODY);
    };
    let formers = row.formers.iter().rev().map(|former| (former.name32, former.shape32));
    for (name32, shape32) in formers.chain([(row.name32, row.shape32)]) {
        if let Some(field) = fields::find(raw, name32, shape32).map_err(Error::corrupt)? {
            return Ok(Principal::of_bytes(field.bytes));
        }
    }
    of(data)
}

/// Whether `data`, decoded from `raw`, names the principal that the header does.
///
/// A record has one principal for life, so any form in which it names somebody will do, also one that is not known here
/// any more.
pub(crate) fn agrees<T: SessionData>(data: &T, header: &Header, raw: &[u8]) -> Result<bool, DecodeError> {
    let Some((_, row)) = identity_of::<T>().filter(|(_, row)| row.is_authenticated(data)) else {
        return Ok(header.principal.is_nobody());
    };
    for field in fields::iter(raw) {
        let field = field?;
        let has_name =
            field.name32 == row.name32 || row.formers.iter().any(|former| former.name32 == field.name32);
        if has_name && Principal::of_bytes(field.bytes) == header.principal {
            return Ok(true);
        }
    }
    Ok(false)
}
