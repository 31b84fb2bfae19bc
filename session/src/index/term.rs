//! From an indexed field's value to the term that stores know.

use crate::codec::Decoder;
use crate::data::encode::encoded;
use crate::data::{Field, Flags, IndexLens, Indexed, SessionData};
use crate::error::Error;
use crate::evolve::{form, write};
use crate::record::Record;
use crate::store::Term;

/// The term of a value that is looked for; nothing if nobody is found by it.
pub(super) fn of_key<T: SessionData, L: IndexLens<T>>(
    key: &<L::Value as Indexed>::Key,
) -> Result<Option<Term>, Error> {
    let mut data = T::empty();
    *L::get_mut(&mut data) = L::Value::of_key(key);
    let row = &T::FIELDS[L::INDEX];
    if !row.flags.has(Flags::IDENTITY) {
        return of_data(row, &data);
    }
    let principal = write::principal::<T>(None, &data)?;
    Ok((!principal.is_nobody()).then(|| Term::of_principal(&principal)))
}

/// The term of that row in stored fields; nothing if they have no value to be found by.
pub(crate) fn of_stored<T: SessionData>(row: &Field<T>, fields: &[u8]) -> Result<Option<Term>, Error> {
    let bytes = form::stored(row, fields)?;
    let mut data = T::empty();
    row.decode(&mut data, &mut Decoder::new(&bytes)).map_err(Error::corrupt)?;
    of_data(row, &data)
}

/// The term of that row of a record. Nothing is decoded for the identity's: the header says whose record it is.
pub(super) fn of_record<T: SessionData>(row: &Field<T>, record: &Record) -> Result<Option<Term>, Error> {
    match (row.flags.has(Flags::IDENTITY), record.header.principal) {
        (true, nobody) if nobody.is_nobody() => Ok(None),
        (true, principal) => Ok(Some(Term::of_principal(&principal))),
        (false, _) => of_stored(row, &record.fields),
    }
}

/// Of the oldest form that is written, as the header's digest: every program of a fleet knows that one.
fn of_data<T: SessionData>(row: &Field<T>, data: &T) -> Result<Option<Term>, Error> {
    if !row.is_listed(data) {
        return Ok(None);
    }
    let oldest = match form::is_written_twice::<T>() {
        true => row.formers.iter().rev().find_map(|former| former.bytes_of(data)),
        false => None,
    };
    let bytes = oldest.map_or_else(|| encoded(row, data), Ok)?;
    Ok(Some(Term::of_value(row.name32, &bytes)))
}
