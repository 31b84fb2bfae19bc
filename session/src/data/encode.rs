//! The bytes of one field of a table, or an error that names the field.

use super::{Field, SessionData};
use crate::codec::{self, Decoder, EncodeError, Encoder};
use crate::error::{Error, ErrorKind};

/// The bytes of a field, however long: it may have been stored when more was allowed.
pub(crate) fn encoded<T>(row: &Field<T>, data: &T) -> Result<Vec<u8>, Error> {
    finished(row, data, Encoder::lenient())
}

/// The bytes of a field to compare others with: the value need not be one that could be stored.
pub(crate) fn compared<T>(row: &Field<T>, data: &T) -> Result<Vec<u8>, Error> {
    compared_in(Vec::with_capacity(codec::ROOM), row, data)
}

/// The same in `room`, whatever was there before: for one field after the other.
pub(crate) fn compared_in<T>(mut room: Vec<u8>, row: &Field<T>, data: &T) -> Result<Vec<u8>, Error> {
    room.clear();
    finished(row, data, Encoder::comparing_onto(room))
}

/// The bytes of a field that this request changed: no longer than it may be.
pub(crate) fn changed<T>(row: &Field<T>, data: &T) -> Result<Vec<u8>, Error> {
    finished(row, data, Encoder::new())
}

fn finished<T>(row: &Field<T>, data: &T, mut encoder: Encoder) -> Result<Vec<u8>, Error> {
    row.encode(data, &mut encoder);
    encoder.finish().map_err(|error| unencodable(row, error))
}

/// A flash value is encoded when it is set, before its row can say how long it may be.
pub(crate) fn limited<T: SessionData>(row: &Field<T>, bytes: &[u8]) -> Result<(), Error> {
    if row.max.is_none() {
        return Ok(());
    }
    let mut data = T::empty();
    match row.decode(&mut data, &mut Decoder::new(bytes)) {
        Ok(()) => changed(row, &data).map(drop),
        Err(error) => Err(Error::new(ErrorKind::Encode { field: row.name }).caused_by(error)),
    }
}

pub(crate) fn unencodable<T>(row: &Field<T>, error: EncodeError) -> Error {
    let kind = match error {
        EncodeError::OverLimit { length, limit } => {
            ErrorKind::TooLong { field: row.name, actual: length, limit }
        }
        _ => ErrorKind::Encode { field: row.name },
    };
    Error::new(kind).caused_by(error)
}
