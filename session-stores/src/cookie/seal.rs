//! A record as the text of a cookie, and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use session::Error;
use session::cookie::MAX_CHUNKS;
use session::crypto::{Associated, Purpose, SEAL_OVERHEAD, SharedKeyRing};
use session::event::Events;
use session::record::{Packing, Record};

use crate::pack;

/// What stands in the envelope: a record.
const FORMAT: u8 = 1;

/// The longest text that is looked at: no configuration makes longer ones.
const MOST: usize = MAX_CHUNKS * 4_096;

/// The most bytes of fields that are compressed, and that compressed ones may become again.
const MOST_FIELDS: usize = 64 << 10;

/// The text of a record without fields.
pub(super) const LEAST: usize = text_len(SEAL_OVERHEAD + 104);

/// Which cookie a record is sealed for.
#[derive(Debug)]
pub(super) struct Terms {
    pub(super) application: String,
    pub(super) cookie: String,
    pub(super) keys: SharedKeyRing,
    pub(super) events: Events,
    /// The most characters of text.
    pub(super) room: usize,
}

impl Terms {
    pub(super) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// The most bytes of a record that fit.
    pub(super) fn max_record(&self) -> usize {
        (self.room / 4 * 3 + self.room % 4 * 3 / 4).saturating_sub(SEAL_OVERHEAD)
    }

    /// The text of a record: whether it fits is known before it is sealed.
    pub(super) fn seal(&self, record: &Record, compress_from: Option<usize>) -> Result<Vec<u8>, Error> {
        let packed = compress_from.and_then(|from| compressed(record, from));
        let plain = packed.as_ref().unwrap_or(record).encode();
        let actual = text_len(plain.len().saturating_add(SEAL_OVERHEAD));
        if actual > self.room {
            return Err(Error::too_large(actual, self.room));
        }
        let sealed = self.keys.current().seal(&self.bound_to(), &plain)?;
        Ok(URL_SAFE_NO_PAD.encode(sealed).into_bytes())
    }

    /// The record of a text, if it was sealed here for this cookie. Nothing of it is read before that is known.
    ///
    /// # Errors
    /// `Corrupt`, `TooNew`: it was, and is no record that this program can read.
    pub(super) fn open(&self, text: &[u8]) -> Result<Option<Record>, Error> {
        if text.len() > MOST {
            return Ok(None);
        }
        let Ok(sealed) = URL_SAFE_NO_PAD.decode(text) else { return Ok(None) };
        let Ok(plain) = self.keys.current().open(&self.bound_to(), &sealed) else { return Ok(None) };
        let record = Record::decode(&Bytes::from(plain))?;
        // What a store around this one packed is that one's to unpack.
        let ours = Packing { compressed: true, sealed: false };
        if record.header.packing != ours {
            return Ok(Some(record));
        }
        let fields = pack::decompress(&record.fields, MOST_FIELDS).map_err(Error::corrupt)?;
        Ok(Some(record.unpacked(Packing::NONE, fields.into())?))
    }

    fn bound_to(&self) -> Associated<'_> {
        Associated::new(Purpose::SealCookie, &self.application).cookie(&self.cookie).format(FORMAT)
    }
}

/// The record with its fields compressed, where that is wanted and makes them shorter.
fn compressed(record: &Record, from: usize) -> Option<Record> {
    let length = record.fields.len();
    if record.header.packing != Packing::NONE || !(from..=MOST_FIELDS).contains(&length) {
        return None;
    }
    let fields = pack::compress(&record.fields)?;
    let mut record = Record { header: record.header.clone(), fields: fields.into() };
    record.header.packing.compressed = true;
    Some(record)
}

/// How many characters of base64url, without padding, so many bytes are.
const fn text_len(bytes: usize) -> usize {
    bytes / 3 * 4 + (bytes % 3 * 4).div_ceil(3)
}
