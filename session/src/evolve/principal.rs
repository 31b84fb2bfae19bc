//! Whose record it is, as programs see it that store the identity in different forms.
//!
//! The header's digest is taken of the oldest form that is written, because every program in the fleet knows that one.

use super::form;
use crate::codec::DecodeError;
use crate::commit::encoded;
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
