//! Records of an older schema version, written: as the present one, or once more as the older one.

use bytes::Bytes;

use super::read::{self, Reading};
use super::upgrade::{FromVersion, LowerFn, Upgrade, additions, failed};
use super::{beside, form};
use crate::codec::{Decoder, Encoder};
use crate::data::encode::{compared, encoded};
use crate::data::{Flags, SessionData, is_dropped};
use crate::error::Error;
use crate::flash;
use crate::merge::Dirty;
use crate::record::fields::{self, Change};
use crate::record::{Header, Principal, RawField};

/// The common ancestor of a three-way merge, as it was stored: what a request loaded and others have written over since.
#[derive(Clone, Copy)]
pub(crate) struct Ancestor<'a> {
    /// None if there was no record.
    pub(crate) header: Option<&'a Header>,
    pub(crate) fields: &'a Bytes,
}

impl Ancestor<'_> {
    /// As [`lifted`].
    pub(crate) fn lifted<T: SessionData>(self, reading: Reading<'_>) -> Result<Bytes, Error> {
        lifted::<T>(reading, self.header, self.fields)
    }
}

/// What a commit changes, for the conversion to the previous version.
pub(crate) struct Downgrade<'a, T> {
    pub(crate) reading: Reading<'a>,
    /// The record that is written over, if there is one.
    pub(crate) header: Option<&'a Header>,
    pub(crate) theirs: &'a Bytes,
    /// What the changes were made to, where `theirs` is something else.
    pub(crate) ancestor: Option<Ancestor<'a>>,
    pub(crate) base: &'a T,
    pub(crate) mine: &'a T,
    pub(crate) dirty: &'a Dirty,
    /// What becomes of the flash fields: already as it stands in the record.
    pub(crate) flash: Vec<Change<'a>>,
}

/// The previous version, if a record with that header is (still) written in its form.
fn lowered<T: SessionData>(header: Option<&Header>) -> Option<&'static Upgrade<T>> {
    T::UPGRADE
        .filter(|upgrade| upgrade.lower().is_some())
        .filter(|_| header.is_none_or(|header| header.schema_version < T::VERSION))
}

/// The version in whose form a record with that header is written.
pub(crate) fn version<T: SessionData>(header: Option<&Header>) -> u32 {
    let own = lowered::<T>(header).map_or(T::VERSION, |upgrade| upgrade.from);
    header.map_or(own, |header| header.schema_version.max(own))
}

/// The principal as the form sees it in which a record with that header is written.
pub(crate) fn principal<T: SessionData>(header: Option<&Header>, data: &T) -> Result<Principal, Error> {
    match lowered::<T>(header).and_then(Upgrade::lower_principal) {
        Some(principal) => principal(data),
        None => super::principal::of(data),
    }
}

/// The principal of a record that is about to hold `raw`, over one with that header. `says_who`: the identity is written.
pub(crate) fn principal_of<T: SessionData>(
    header: Option<&Header>,
    says_who: bool,
    data: &T,
    raw: &[u8],
) -> Result<Principal, Error> {
    // Whatever stands there stays, byte for byte, and so does its digest.
    let is_older = |header: &Header| T::UPGRADE.is_some() && header.schema_version < T::VERSION;
    if let Some(header) = header.filter(|header| !says_who && !is_older(header)) {
        return Ok(header.principal);
    }
    match lowered::<T>(header).and_then(Upgrade::lower_principal) {
        Some(principal) => principal(data),
        None => super::principal::written(data, raw),
    }
}

/// How a commit writes in the previous version's form, if it has to.
pub(crate) fn as_previous<T: SessionData>(header: Option<&Header>) -> Option<LowerFn<T>> {
    lowered::<T>(header).and_then(Upgrade::lower)
}

/// The fields as they would be stored had `T` written them: of a record of an older version, every field is converted,
/// and what no version knows is carried along. Anything else stays as it is.
pub(crate) fn lifted<T: SessionData>(
    reading: Reading<'_>,
    header: Option<&Header>,
    raw: &Bytes,
) -> Result<Bytes, Error> {
    let (Some(header), Some(upgrade)) = (header, T::UPGRADE) else { return Ok(raw.clone()) };
    if header.schema_version >= T::VERSION {
        return Ok(raw.clone());
    }
    let (data, slots) = read::record::<T>(reading, header, raw)?;
    let mut encoder = Encoder::new();
    for field in fields::iter(raw) {
        let field = field.map_err(Error::corrupt)?;
        let is_own = T::FIELDS.iter().any(|row| (row.name32, row.shape32) == (field.name32, field.shape32));
        let is_beside = beside::is_of::<T>(field.name32, field.shape32);
        if !is_own && !is_beside && !upgrade.knows(field.name32, field.shape32) {
            field.copy(&mut encoder);
        }
    }
    let mut changes = Vec::new();
    for (index, row) in T::FIELDS.iter().enumerate() {
        let bytes = match encoded(row, &data) {
            // What could not be stored was not: it is still what it begins with.
            Err(_) if compared(row, &data)? == compared(row, &T::empty())? => continue,
            bytes => bytes?,
        };
        if !row.flags.has(Flags::FLASH) {
            form::write(row, unchanged(row, bytes, raw).into(), &mut changes);
        } else if let Some((slot, id)) =
            slots.iter().find(|slot| slot.row == index).and_then(|slot| Some((slot, slot.stored?)))
        {
            let stored = flash::Stored { id, claimed_until: slot.claimed_until, value: &bytes };
            changes.push(Change::of(row, Some(stored.encode())));
        }
    }
    let carried = encoder.finish().unwrap_or_default();
    fields::rebuild(&carried, &changes)
}

/// As [`lifted`], in whichever form a new record is written.
pub(crate) fn settled<T: SessionData>(
    reading: Reading<'_>,
    header: &Header,
    raw: &Bytes,
) -> Result<Bytes, Error> {
    match as_previous::<T>(Some(header)) {
        Some(_) => Ok(raw.clone()),
        None => lifted::<T>(reading, Some(header), raw),
    }
}

/// The bytes that are stored, if they mean the same: inside they may hold what only a newer program knows.
fn unchanged<T: SessionData>(row: &crate::data::Field<T>, bytes: Vec<u8>, raw: &[u8]) -> Vec<u8> {
    let Ok(Some(field)) = fields::find(raw, row.name32, row.shape32) else { return bytes };
    let mut data = T::empty();
    match row.decode(&mut data, &mut Decoder::new(field.bytes)).map(|()| encoded(row, &data)) {
        Ok(Ok(same)) if same == bytes => field.bytes.to_vec(),
        _ => bytes,
    }
}

/// The record with a commit's changes in it, in the form of `Old`: what differs between base and mine *as `Old`* is
/// merged by `Old`'s policies, and what `Old` cannot express is stored beside it.
pub(super) fn lower<T: SessionData + FromVersion<Old>, Old: SessionData + FromVersion<T>>(
    what: &Downgrade<'_, T>,
) -> Result<Bytes, Error> {
    let theirs = lifted::<Old>(what.reading, what.header, what.theirs)?;
    let mine = Old::from_version(what.mine.clone()).ok_or_else(failed::<T, Old>)?;
    let base = Old::from_version(what.base.clone()).unwrap_or_else(Old::empty);
    // A newer record has the fields of `Old` in other forms, and none of them says anything here.
    let ancestor = what.ancestor.map(|ancestor| match ancestor.header {
        Some(header) if header.schema_version > Old::VERSION => Ok(None),
        _ => ancestor.lifted::<Old>(what.reading).map(Some),
    });
    let ancestor = ancestor.transpose()?;
    let mut changes = Vec::new();
    for row in Old::FIELDS.iter().filter(|row| !row.flags.has(Flags::FLASH)) {
        if compared(row, &base)? != compared(row, &mine)? {
            let mine = encoded(row, &mine)?;
            let bytes = match &ancestor {
                Some(ancestor) => form::merged(row, ancestor.as_deref(), &base, &mine, &theirs)?,
                None => mine,
            };
            form::write(row, bytes.into(), &mut changes);
        }
    }
    changes.extend(what.flash.iter().cloned());
    let fields = fields::rebuild(&theirs, &changes)?;

    let mut before = converted::<T, Old>(&theirs)?;
    beside::read(additions::<T, Old>(), &mut before, &theirs)?;
    let derived = converted::<T, Old>(&fields)?;
    let mut besides = Vec::new();
    for row in additions::<T, Old>() {
        let theirs = compared(row, &before)?;
        let value = match what.dirty.iter().find(|(dirty, _)| T::FIELDS[*dirty].name32 == row.name32) {
            None => theirs,
            Some((_, mine)) if ancestor.is_some() => {
                form::combine(row, &compared(row, what.base)?, mine, &theirs)?
            }
            Some((_, mine)) => mine.to_vec(),
        };
        besides.push(beside::write(row, &compared(row, &derived)?, &value));
    }
    fields::rebuild(&fields, &besides)
}

/// The fields of `Old`, as `T`.
fn converted<T: SessionData + FromVersion<Old>, Old: SessionData>(raw: &[u8]) -> Result<T, Error> {
    let mut old = Old::empty();
    for row in Old::FIELDS.iter().filter(|row| !row.flags.has(Flags::FLASH)) {
        if !form::is_known(row, raw).map_err(Error::corrupt)? {
            continue;
        }
        let bytes = form::stored(row, raw)?;
        row.decode(&mut old, &mut Decoder::new(&bytes)).map_err(Error::corrupt)?;
    }
    T::from_version(old).ok_or_else(failed::<Old, T>)
}

/// The fields without those that are retired and that nobody may read any more.
pub(crate) fn without_retired<T: SessionData>(raw: Bytes, min_reader: u32) -> Result<Bytes, Error> {
    if T::RETIRED.is_empty() {
        return Ok(raw);
    }
    fields::retain(&raw, |field| !is_dropped::<T>(field, min_reader)).map_err(Error::corrupt)
}

/// The stored fields that outlive a principal and that nobody here can read: the others are in the data, and are written
/// from there. Whether one that the struct knows is kept, the struct says.
pub(crate) fn kept<T: SessionData>(header: Option<&Header>, raw: &[u8]) -> Result<Bytes, Error> {
    let older = T::UPGRADE.filter(|_| header.is_some_and(|header| header.schema_version < T::VERSION));
    fields::retain(raw, |field| {
        let (name32, shape32) = (field.name32, field.shape32);
        let kept = match form::by_name(T::FIELDS, name32) {
            Some(row) => {
                row.flags.has(Flags::KEEP) && row.shape32 != shape32 && !form::is_former(row, name32, shape32)
            }
            None => field.flags.has(Flags::KEEP),
        };
        kept && older.is_none_or(|older| !older.knows(name32, shape32))
            && !beside::is_of::<T>(name32, shape32)
    })
    .map_err(Error::corrupt)
}

/// Whether a new session begins with something that outlives a principal and that only other programs know.
pub(crate) fn carries<T: SessionData>(raw: &[u8]) -> bool {
    let known = |field: &RawField<'_>| form::by_name(T::FIELDS, field.name32).is_some();
    fields::iter(raw).flatten().any(|field| field.flags.has(Flags::KEEP) && !known(&field))
}

/// The name of the field in which a session that could not be converted is carried along. No field of a struct has it:
/// the derive takes names of Rust, or what `rename` says, and this is neither.
const ASIDE: u32 = crate::value::name32("\0aside");

/// The fields of a new session that carries along `raw`, of a record with that header.
pub(crate) fn aside(header: &Header, raw: &[u8]) -> Result<Bytes, Error> {
    let change = Change {
        name32: ASIDE,
        shape32: header.schema_version,
        flags: Flags::default(),
        bytes: Some(raw.into()),
    };
    fields::rebuild(&[], &[change])
}
