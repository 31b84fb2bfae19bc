//! Records without a store.

use std::time::Duration;

use bytes::Bytes;

use crate::clock::Timestamp;
use crate::commit;
use crate::config::SessionConfig;
use crate::data::SessionData;
use crate::error::Error;
use crate::event::Events;
use crate::evolve::read::Reading;
use crate::evolve::write;
use crate::record::{Header, Packing, Record, Ring};
use crate::sealing::Sealing;
use crate::token::Handle;

const HANDLE: Handle = Handle::from_bytes([0; 16]);

/// The record of a session that was begun with `data` in it: the bytes that a commit would give a store, with every time
/// and random number at zero. The same data gives the same record, but for what is sealed in it.
///
/// # Errors
/// A value that cannot be stored; `Config` for data with secret fields: see [`record_by`].
pub fn record_of<T: SessionData>(data: T) -> Result<Record, Error> {
    record_by(&SessionConfig::default(), data)
}

/// As [`record_of`], with the keys and for the application of that configuration.
///
/// # Errors
/// Those of [`record_of`].
pub fn record_by<T: SessionData>(config: &SessionConfig, data: T) -> Result<Record, Error> {
    let (fields, principal) = commit::whole(data)?;
    let sealing = Sealing::of(config);
    let nothing = Bytes::new();
    let before = sealing.open::<T>(reading(HANDLE, config.events()), None, &nothing)?;
    let fields = sealing.close::<T>(HANDLE, fields, &before)?;
    let moment = Timestamp::default();
    let header = Header {
        persistent: false,
        remembered: false,
        schema_version: write::version::<T>(None),
        min_reader: T::MIN_READER,
        lineage: *HANDLE.as_bytes(),
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
/// `Config` for data with secret fields: see [`data_by`].
pub fn data_of<T: SessionData>(record: &Record) -> Result<T, Error> {
    data_by(&SessionConfig::default(), record)
}

/// As [`data_of`], with the keys and for the application of that configuration.
///
/// # Errors
/// Those of [`data_of`].
pub fn data_by<T: SessionData>(config: &SessionConfig, record: &Record) -> Result<T, Error> {
    let reading = reading(Handle::from_bytes(record.header.lineage), config.events());
    Sealing::of(config).read::<T>(reading, &record.header, &record.fields).map(|(data, _)| data)
}

/// The record as `T` sees it, with what it knows opened: what can be compared with another one. It cannot be stored.
///
/// # Errors
/// Those of [`data_of`].
pub fn opened_by<T: SessionData>(config: &SessionConfig, record: &Record) -> Result<Record, Error> {
    let Record { header, fields } = record;
    let reading = reading(Handle::from_bytes(header.lineage), config.events());
    let opened = Sealing::of(config).open::<T>(reading, Some(header), fields)?;
    Ok(Record { header: header.clone(), fields: opened.fields().clone() })
}

const fn reading(handle: Handle, events: &Events) -> Reading<'_> {
    Reading { handle, events }
}
