//! Secret fields on their way: opened where a record comes from the store, sealed where one leaves for it.
//!
//! What lies between, which reads, converts, merges and decides what changed, sees values and knows nothing of this. So a
//! field has three forms:
//!
//! | form | flag | shape | bytes |
//! |---|---|---|---|
//! | plain | | its own | the value |
//! | sealed, in stores | `SEALED` | its own, combined with [`SEALED_SHAPE`](crate::record::fields::SEALED_SHAPE) | an envelope |
//! | opened, in here | `OPENED` | its own | the value; it is sealed on its way out |
//!
//! An envelope is bound to the application, the record, and the field's name and shape: moved anywhere else it does not
//! open, and what does not open is an error, never a default. Without keys it is a field in a shape that is not known, as
//! to any older program.
//!
//! A value that did not change keeps its envelope byte for byte, unless that is of a key other than the primary one: then
//! it is sealed anew whenever its record is written, so that the other key can be retired. A value that an older program
//! wrote plain is sealed on that occasion, too.

use std::borrow::Cow;

use bytes::Bytes;
use zeroize::{Zeroize as _, Zeroizing};

use crate::codec::Encoder;
use crate::config::SessionConfig;
use crate::crypto::{Associated, KeyRing, OpenError, Purpose, SharedKeyRing};
use crate::current::Slot;
use crate::data::{Flags, SessionData, own_secret_of, secret_of};
use crate::error::{Error, ErrorKind};
use crate::event;
use crate::evolve::read::{self, Reading};
use crate::evolve::{form, upgrade};
use crate::record::Header;
use crate::record::fields::{self, RawField};
use crate::token::Handle;

/// Of the values in envelopes: as this codec writes them.
const FORMAT: u8 = 1;

/// With which keys fields are sealed, and for which application.
pub(crate) struct Sealing<'a> {
    keys: Option<&'a SharedKeyRing>,
    application: &'a str,
}

/// The fields of a record as they are stored, and with what is sealed in them opened.
pub(crate) struct Opened<'a> {
    stored: &'a Bytes,
    /// `None` if nothing is sealed.
    open: Option<Bytes>,
}

impl<'a> Sealing<'a> {
    pub(crate) fn of(config: &'a SessionConfig) -> Self {
        Self { keys: config.keys(), application: config.application() }
    }

    /// # Errors
    /// `Config`: `T` has secret fields and there are no keys.
    pub(crate) fn check<T: SessionData>(&self) -> Result<(), Error> {
        match (secret_of::<T>(), self.keys) {
            (Some(field), None) => Err(without_keys::<T>(field)),
            _ => Ok(()),
        }
    }

    /// The data of a record, and which flash values it holds.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) and of [`read::record`].
    pub(crate) fn read<T: SessionData>(
        &self,
        reading: Reading<'_>,
        header: &Header,
        fields: &Bytes,
    ) -> Result<(T, Vec<Slot>), Error> {
        let opened = self.open::<T>(reading, Some(header), fields)?;
        read::record(reading, header, opened.fields())
    }

    /// Opens what `T` knows in a record, or in the beginnings of one, which has no header. What only other programs know
    /// stays sealed.
    ///
    /// # Errors
    /// `Corrupt`: a field that `T` knows does not open. `TooNew`, `Config`: `T` must not or cannot read the record.
    pub(crate) fn open<'f, T: SessionData>(
        &self,
        reading: Reading<'_>,
        header: Option<&Header>,
        fields: &'f Bytes,
    ) -> Result<Opened<'f>, Error> {
        if let Some(header) = header {
            read::may_read::<T>(header)?;
        }
        self.check::<T>()?;
        let open = match self.keys {
            Some(keys) if has(fields, Flags::SEALED) => {
                let known = |field: &RawField<'_>| upgrade::knows::<T>(field.name32, field.plain_shape());
                let refused = |field: &RawField<'_>| {
                    event::sealed_field(reading.events, reading.handle);
                    let name =
                        form::by_name(T::FIELDS, field.name32).map_or("of an older version", |row| row.name);
                    Err(Error::corrupt(OpenError).in_context(format!("secret field `{name}`")))
                };
                Some(self.opened(&keys.current(), reading.handle, fields, known, refused)?)
            }
            _ => None,
        };
        Ok(Opened { stored: fields, open })
    }

    /// The fields of a record that ends, for the one that follows it: opened, since no envelope opens in another record.
    /// What does not open is left behind.
    pub(crate) fn release(&self, reading: Reading<'_>, fields: &Bytes) -> Result<Bytes, Error> {
        if !has(fields, Flags::SEALED) {
            return Ok(fields.clone());
        }
        let lost = |_: &RawField<'_>| {
            event::sealed_field(reading.events, reading.handle);
            Ok(())
        };
        match self.keys {
            Some(keys) => self.opened(&keys.current(), reading.handle, fields, |_| true, lost),
            None => fields::retain(fields, |field| !field.flags.has(Flags::SEALED)).map_err(Error::corrupt),
        }
    }

    fn opened(
        &self,
        keys: &KeyRing,
        handle: Handle,
        fields: &[u8],
        wanted: impl Fn(&RawField<'_>) -> bool,
        refused: impl Fn(&RawField<'_>) -> Result<(), Error>,
    ) -> Result<Bytes, Error> {
        // An envelope is longer than what is in it, so this never grows and leaves nothing behind.
        let mut out = Encoder::onto(Vec::with_capacity(fields.len()));
        for field in fields::iter(fields) {
            let field = field.map_err(Error::corrupt)?;
            if !field.flags.has(Flags::SEALED) || !wanted(&field) {
                field.copy(&mut out);
                continue;
            }
            // A program that cannot open it has set the field since.
            if fields::find(fields, field.name32, field.plain_shape()).map_err(Error::corrupt)?.is_some() {
                continue;
            }
            let opened = self.bound(handle, &field, |associated| keys.open(associated, field.bytes));
            match opened.map(Zeroizing::new) {
                Ok(value) => field.open(&value, &mut out),
                Err(_) => refused(&field)?,
            }
        }
        Ok(Bytes::from_owner(Zeroizing::new(finished(out)?)))
    }

    /// Seals what is secret in the fields of a record that is about to be written over `before`.
    ///
    /// # Errors
    /// `Config`: there are no keys. `TooLarge`, `NoRandomness`, `Seal`.
    pub(crate) fn close<T: SessionData>(
        &self,
        handle: Handle,
        fields: Bytes,
        before: &Opened<'_>,
    ) -> Result<Bytes, Error> {
        let is_secret = |field: &RawField<'_>| field.flags.has(Flags::OPENED) || is_of_secret::<T>(field);
        if !fields::iter(&fields).flatten().any(|field| is_secret(&field)) {
            return Ok(fields);
        }
        let Some(keys) = self.keys else { return Err(without_keys::<T>("carried over")) };
        let keys = keys.current();
        let mut out = Encoder::onto(Vec::with_capacity(fields.len()));
        for field in fields::iter(&fields) {
            let field = field.map_err(Error::corrupt)?;
            if !is_secret(&field) {
                field.copy(&mut out);
                continue;
            }
            let envelope = match before.envelope(&field).filter(|envelope| keys.is_current(envelope)) {
                Some(unchanged) => Cow::Borrowed(unchanged),
                None => self.bound(handle, &field, |associated| keys.seal(associated, field.bytes))?.into(),
            };
            field.seal(&envelope, &mut out);
        }
        if let Ok(mut opened) = fields.try_into_mut() {
            opened.as_mut().zeroize();
        }
        finished(out).map(Bytes::from)
    }

    /// What the envelope of that field is bound to.
    fn bound<R>(&self, handle: Handle, field: &RawField<'_>, seal: impl FnOnce(&Associated<'_>) -> R) -> R {
        let shape = field.plain_shape().to_le_bytes();
        let associated = Associated::new(Purpose::SealField, self.application).format(FORMAT);
        seal(&associated.lineage(handle.as_bytes()).field(field.name32).immutable(&[&shape]))
    }
}

impl Opened<'_> {
    /// With what is sealed and known opened.
    pub(crate) fn fields(&self) -> &Bytes {
        self.open.as_ref().unwrap_or(self.stored)
    }

    /// The envelope in which this value of that field is stored.
    fn envelope(&self, field: &RawField<'_>) -> Option<&[u8]> {
        let value = fields::find(self.open.as_ref()?, field.name32, field.shape32).ok()??;
        if !value.flags.has(Flags::OPENED) || value.bytes != field.bytes {
            return None;
        }
        let is_it = |stored: &RawField<'_>| {
            let name = (stored.name32, stored.plain_shape());
            stored.flags.has(Flags::SEALED) && name == (field.name32, field.shape32)
        };
        fields::iter(self.stored).flatten().find(is_it).map(|stored| stored.bytes)
    }
}

fn has(fields: &[u8], flag: Flags) -> bool {
    fields::iter(fields).flatten().any(|field| field.flags.has(flag))
}

/// Whether a plain field is a form of one that is secret in `T`.
fn is_of_secret<T: SessionData>(field: &RawField<'_>) -> bool {
    const { own_secret_of::<T>() }.is_some()
        && T::FIELDS.iter().filter(|row| row.flags.has(Flags::SECRET)).any(|row| {
            (row.name32, row.shape32) == (field.name32, field.shape32)
                || form::is_former(row, field.name32, field.shape32)
        })
}

fn finished(encoder: Encoder) -> Result<Vec<u8>, Error> {
    encoder.finish().map_err(|error| {
        Error::new(ErrorKind::TooLarge { actual: usize::MAX, limit: u32::MAX as usize, largest: Vec::new() })
            .caused_by(error)
    })
}

fn without_keys<T: SessionData>(field: &str) -> Error {
    Error::new(ErrorKind::Config(vec![format!(
        "the field `{field}` of `{}` is secret and sealed by itself, and the configuration has no keys: give it some with \
         `SessionConfig::builder().keys(…)`; `Key::generate` makes one",
        T::NAME
    )]))
}
