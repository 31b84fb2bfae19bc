use bytes::Bytes;

use super::plan::{Dirty, FlashChange, Plan, encoded};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::flash;
use crate::merge::{self, Merged};
use crate::record::fields::{self, Change};

/// The stored fields with the plan's changes in them.
///
/// Each merge starts from what the request loaded and changed, never from an earlier merge. What the request did not
/// change stays byte for byte as it is stored, known here or not.
pub(super) fn onto<T: SessionData>(theirs: &Bytes, plan: &Plan<T>, merging: bool) -> Result<Bytes, Error> {
    let mut changes = Vec::with_capacity(plan.dirty.len() + plan.flash.len());
    for dirty in &plan.dirty {
        let bytes = if merging { merged::<T>(theirs, dirty)? } else { dirty.mine.clone() };
        changes.push(change::<T>(dirty.row, Some(bytes)));
    }
    for shown in &plan.flash {
        changes.extend(flash_change::<T>(theirs, shown)?);
    }
    fields::rebuild(theirs, &changes)
}

/// A field that this request changed, over one that others may have changed, too.
fn merged<T: SessionData>(theirs: &[u8], dirty: &Dirty) -> Result<Vec<u8>, Error> {
    let row = &T::FIELDS[dirty.row];
    let Some(policy) = row.policy() else { return Ok(dirty.mine.clone()) };
    let stored = fields::find(theirs, row.name32, row.shape32).map_err(Error::corrupt)?;
    let default;
    let theirs = match &stored {
        Some(field) => field.bytes,
        None => {
            default = encoded(row, &T::empty())?;
            &default
        }
    };
    match merge::field(Some(policy), &dirty.base, &dirty.mine, theirs) {
        Ok(Merged::Mine) => Ok(dirty.mine.clone()),
        Ok(Merged::Theirs) => Ok(theirs.to_vec()),
        Ok(Merged::Both(merged)) => Ok(merged),
        Err(error) => Err(Error::new(ErrorKind::Conflict { field: row.name }).caused_by(error)),
    }
}

/// Setting replaces whatever is there; consuming takes out the one set that was shown.
fn flash_change<T: SessionData>(theirs: &[u8], shown: &FlashChange) -> Result<Option<Change>, Error> {
    if let Some((id, value)) = &shown.set {
        return Ok(Some(change::<T>(shown.row, Some(flash::join(*id, value)))));
    }
    let row = &T::FIELDS[shown.row];
    let stored = fields::find(theirs, row.name32, row.shape32).map_err(Error::corrupt)?;
    let id = stored.and_then(|field| flash::split(field.bytes)).map(|(id, _)| id);
    Ok((id.is_some() && id == shown.consumed).then(|| change::<T>(shown.row, None)))
}

fn change<T: SessionData>(row: usize, bytes: Option<Vec<u8>>) -> Change {
    let row = &T::FIELDS[row];
    Change { name32: row.name32, shape32: row.shape32, flags: row.flags, bytes }
}
