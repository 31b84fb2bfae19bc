//! Records without a store.

use std::time::Duration;

use crate::clock::Timestamp;
use crate::commit;
use crate::data::SessionData;
use crate::error::Error;
use crate::event::Events;
use crate::evolve::read::{self, Reading};
use crate::evolve::write;
use crate::record::{Header, Packing, Record, Ring};
use crate::token::Handle;

/// The record of a session that was begun with `data` in it: the bytes that a commit would give a store, with every time
/// and random number at zero. The same data gives the same record.
///
/// # Errors
/// A value that cannot be stored.
pub fn record_of<T: SessionData>(data: T) -> Result<Record, Error> {
    let (fields, principal) = commit::whole(data)?;
    let moment = Timestamp::default();
    let header = Header {
        persistent: false,
        remembered: false,
        schema_version: write::version::<T>(None),
        min_reader: T::MIN_READER,
        lineage: [0; 16],
        revision: 1,
        rotations: 0,
        strict_rotations: 0,
        idle_span: Duration::ZERO,
        idle_deadline: moment,
        absolute_deadline: moment,
        created: moment,
        authenticated_at: None,
        rotated_at: moment,
        principal,
        packing: Packing::NONE,
        ring: Ring::default(),
        credential: None,
        binding: None,
    };
    Ok(Record { header, fields })
}

/// What this program reads in a record, however old: what a request would see.
///
/// # Errors
/// [`Corrupt`](crate::ErrorKind::Corrupt), and [`TooNew`](crate::ErrorKind::TooNew) where this program must not read it.
pub fn data_of<T: SessionData>(record: &Record) -> Result<T, Error> {
    let events = Events::default();
    let reading = Reading { handle: Handle::from_bytes(record.header.lineage), events: &events };
    read::record::<T>(reading, &record.header, &record.fields).map(|(data, _)| data)
}
