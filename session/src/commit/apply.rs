use std::borrow::Cow;

use bytes::Bytes;

use super::plan::{FlashAct, FlashChange, Plan};
use crate::clock::Timestamp;
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::evolve::form;
use crate::evolve::read::Reading;
use crate::evolve::write::{self, Ancestor, Downgrade};
use crate::flash::Stored;
use crate::merge::Dirty;
use crate::record::Header;
use crate::record::fields::{self, Change};

/// The stored fields with the plan's changes in them.
///
/// Each merge starts from what the request loaded and changed, never from an earlier merge. What the request did not
/// change stays byte for byte as it is stored, known here or not.
pub(super) fn onto<T: SessionData>(plan: &Plan<T>, over: &Over<'_>, now: Timestamp) -> Result<Bytes, Error> {
    let Over { reading, header, theirs, ancestor } = *over;
    let mut changes = Vec::with_capacity(plan.dirty.iter().len() + plan.flash.len());
    for flash in &plan.flash {
        changes.extend(flash_change::<T>(theirs, flash, now)?);
    }
    let min_reader = T::MIN_READER.max(header.map_or(0, |header| header.min_reader));
    if let Some(lower) = write::as_previous::<T>(header) {
        let (base, mine, dirty): (&T, &T, &Dirty) = (&plan.base.data, &plan.data, &plan.dirty);
        let what = Downgrade { reading, header, theirs, ancestor, base, mine, dirty, flash: changes };
        return write::without_retired::<T>(lower(&what)?, min_reader);
    }
    let theirs = write::lifted::<T>(reading, header, theirs)?;
    let ancestor = ancestor.map(|ancestor| ancestor.lifted::<T>(reading)).transpose()?;
    for (row, mine) in plan.dirty.iter() {
        let row = &T::FIELDS[row];
        let bytes = match &ancestor {
            Some(ancestor) => form::merged(row, Some(ancestor), &plan.base.data, mine, &theirs)?.into(),
            None => Cow::Borrowed(mine),
        };
        form::write(row, bytes, &mut changes);
    }
    write::without_retired::<T>(fields::rebuild(&theirs, &changes)?, min_reader)
}

/// What is written over.
pub(super) struct Over<'a> {
    pub(super) reading: Reading<'a>,
    /// None if a record is created.
    pub(super) header: Option<&'a Header>,
    pub(super) theirs: &'a Bytes,
    /// What the plan's changes were made to, where that is something else.
    pub(super) ancestor: Option<Ancestor<'a>>,
}

/// Setting replaces whatever is there; everything else is done to the one set that is meant, if it is still there.
fn flash_change<T: SessionData>(
    theirs: &[u8],
    flash: &FlashChange,
    now: Timestamp,
) -> Result<Option<Change<'static>>, Error> {
    let row = &T::FIELDS[flash.row];
    if let FlashAct::Set { id, value } = &flash.what {
        let stored = Stored { id: *id, claimed_until: Timestamp::default(), value };
        return Ok(Some(change::<T>(flash.row, Some(stored.encode()))));
    }
    let stored = match fields::find(theirs, row.name32, row.shape32).map_err(Error::corrupt)? {
        Some(field) => Some(Stored::decode(field.bytes).map_err(Error::corrupt)?),
        None => None,
    };
    Ok(match (&flash.what, stored) {
        (FlashAct::Consume(id), Some(stored)) if stored.id == *id => Some(change::<T>(flash.row, None)),
        (FlashAct::Release(id), Some(stored)) if stored.id == *id => {
            let free = Stored { claimed_until: Timestamp::default(), ..stored };
            Some(change::<T>(flash.row, Some(free.encode())))
        }
        (FlashAct::Claim(id, until), Some(stored)) if stored.id == *id && now >= stored.claimed_until => {
            let mine = Stored { claimed_until: *until, ..stored };
            Some(change::<T>(flash.row, Some(mine.encode())))
        }
        // Somebody else's, or gone: a claim must be made whole or not at all.
        (FlashAct::Claim(..), _) => return Err(Error::new(ErrorKind::Conflict { field: row.name })),
        _ => None,
    })
}

fn change<T: SessionData>(row: usize, bytes: Option<Vec<u8>>) -> Change<'static> {
    Change::of(&T::FIELDS[row], bytes)
}
