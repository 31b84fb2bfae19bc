//! One field in several forms: its own and the former ones, which older programs write and read.
//!
//! **Reading.** Every program writes its own form and the older ones that it has a way back to, and removes the older
//! ones that it has none to. It cannot touch newer ones, which it does not know. So of two forms the older was written
//! last, unless it is exactly what the newer one leads back to: then both were written together. Of more than two, the
//! newest two are settled first: that is what the program saw that wrote the next older one, or did not.

use std::borrow::Cow;

use crate::codec::{DecodeError, Decoder};
use crate::data::encode::compared;
use crate::data::{Field, Flags, Former, FormerError, SessionData};
use crate::error::{Error, ErrorKind};
use crate::merge::{self, Merged};
use crate::record::fields::{self, Change};

/// What [`settle`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// No former form was written after the own one.
    Own,
    /// A former form was.
    Former,
    /// The form that was written last has no counterpart in the present type.
    Failed,
}

/// Brings the field `row` of `data`, which is as its own form has it, to what was written last. `find` finds the bytes of
/// a name and shape.
pub(crate) fn settle<'a, S: 'static>(
    row: &Field<S>,
    data: &mut S,
    own_is_there: bool,
    find: impl Fn(u32, u32) -> Option<&'a [u8]>,
) -> Result<Settled, DecodeError> {
    let mut settled = Settled::Own;
    let mut is_there = own_is_there;
    for former in row.formers {
        let Some(bytes) = find(former.name32, former.shape32) else { continue };
        if is_there && former.bytes_of(data).as_deref() == Some(bytes) {
            continue;
        }
        (settled, is_there) = match former.read(data, bytes) {
            Ok(()) => (Settled::Former, true),
            Err(FormerError::Conversion) => (Settled::Failed, false),
            Err(FormerError::Decode(why)) => return Err(why),
        };
    }
    Ok(settled)
}

/// Whether `name32` and `shape32` are one of the field's former forms.
pub(crate) fn is_former<S>(row: &Field<S>, name32: u32, shape32: u32) -> bool {
    row.formers.iter().any(|former| (former.name32, former.shape32) == (name32, shape32))
}

/// Whether the field stands in `raw` in a form that is known here.
pub(crate) fn is_known<S>(row: &Field<S>, raw: &[u8]) -> Result<bool, DecodeError> {
    for field in fields::iter(raw) {
        let field = field?;
        if (field.name32, field.shape32) == (row.name32, row.shape32)
            || is_former(row, field.name32, field.shape32)
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The row that had this name, or has it in another shape.
pub(crate) fn by_former<S>(rows: &[Field<S>], name32: u32, shape32: u32) -> Option<&Field<S>> {
    rows.iter().find(|row| is_former(row, name32, shape32))
}

/// The row that has or had this name.
pub(crate) fn by_name<S>(rows: &[Field<S>], name32: u32) -> Option<&Field<S>> {
    let had = |row: &&Field<S>| row.formers.iter().any(|former| former.name32 == name32);
    rows.iter().find(|row| row.name32 == name32).or_else(|| rows.iter().find(had))
}

/// The field's value in `raw`, in its own form, whichever form it was written in last; what it begins with if it is in none,
/// which need not be what could be stored.
pub(crate) fn stored<T: SessionData>(row: &Field<T>, raw: &[u8]) -> Result<Vec<u8>, Error> {
    let own = fields::find(raw, row.name32, row.shape32).map_err(Error::corrupt)?;
    if let (Some(own), []) = (&own, row.formers) {
        return Ok(own.bytes.to_vec());
    }
    let mut data = T::empty();
    let mut is_there = false;
    if let Some(own) = own {
        let mut decoder = Decoder::new(own.bytes);
        is_there = row.decode(&mut data, &mut decoder).is_ok();
    }
    let find = |name32, shape32| fields::find(raw, name32, shape32).ok().flatten().map(|field| field.bytes);
    if settle(row, &mut data, is_there, find).map_err(Error::corrupt)? == Settled::Failed {
        data = T::empty();
    }
    compared(row, &data)
}

/// Whether former forms are written for programs that know no others: until `min_reader` says that there are none.
pub(crate) const fn is_written_twice<T: SessionData>() -> bool {
    T::MIN_READER < T::VERSION
}

/// The changes that write a field: its own form, and the former ones too or out.
pub(crate) fn write<'b, T: SessionData>(row: &Field<T>, bytes: Cow<'b, [u8]>, changes: &mut Vec<Change<'b>>) {
    let mut flags = row.flags;
    let mut formers = Vec::with_capacity(row.formers.len());
    if !row.formers.is_empty() {
        let mut data = T::empty();
        let decoded = row.decode(&mut data, &mut Decoder::new(&bytes));
        let in_form = |former: &Former<T>| {
            (decoded.is_ok() && is_written_twice::<T>()).then(|| former.bytes_of(&data)).flatten()
        };
        for former in row.formers {
            formers.push((former, in_form(former)));
        }
        // Whoever knows an older form can do without this one; and who is meant, the header says.
        if formers.iter().any(|(_, bytes)| bytes.is_some()) {
            flags = flags.without(Flags::MUST_UNDERSTAND);
        }
    }
    changes.push(Change { name32: row.name32, shape32: row.shape32, flags, bytes: Some(bytes) });
    for (former, bytes) in formers {
        let bytes = bytes.map(Cow::Owned);
        changes.push(Change { name32: former.name32, shape32: former.shape32, flags, bytes });
    }
}

/// Whether the field stands in both as the same bytes, in every form of it: nobody wrote it between them.
fn is_untouched<S>(row: &Field<S>, before: &[u8], after: &[u8]) -> Result<bool, DecodeError> {
    let former = row.formers.iter().map(|former| (former.name32, former.shape32));
    for (name32, shape32) in std::iter::once((row.name32, row.shape32)).chain(former) {
        let in_both = [before, after].map(|raw| fields::find(raw, name32, shape32));
        let [before, after] = in_both.map(|found| found.map(|field| field.map(|field| field.bytes)));
        if before? != after? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A field that this request changed, over one that others may have changed, too. `base` is what it was changed from, and
/// stands so in the `ancestor`'s fields, if they are in the form of `theirs`.
///
/// Whether others have is asked of what is stored: a value that was read and is written again need not have the same bytes,
/// such as one that a newer program wrote with more in it.
pub(crate) fn merged<T: SessionData>(
    row: &Field<T>,
    ancestor: Option<&[u8]>,
    base: &T,
    mine: &[u8],
    theirs: &[u8],
) -> Result<Vec<u8>, Error> {
    if row.policy().is_none() {
        return Ok(mine.to_vec());
    }
    if let Some(ancestor) = ancestor
        && is_untouched(row, ancestor, theirs).map_err(Error::corrupt)?
    {
        return Ok(mine.to_vec());
    }
    let is_there = is_known(row, theirs).map_err(Error::corrupt)?;
    // Nobody wrote it, so the record is another one, that of a login which lost its own. There is nothing to decide
    // between; only what was added must not bring along what it was added to.
    if !is_there && !row.flags.has(Flags::RELATIVE) {
        return Ok(mine.to_vec());
    }
    match combine(row, &compared(row, base)?, mine, &stored(row, theirs)?) {
        Err(_) if !is_there => Ok(mine.to_vec()),
        combined => combined,
    }
}

/// The same, over the bytes of the field.
pub(crate) fn combine<T>(row: &Field<T>, base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, Error> {
    match merge::field(row.policy(), base, mine, theirs) {
        Ok(Merged::Mine) => Ok(mine.to_vec()),
        Ok(Merged::Theirs) => Ok(theirs.to_vec()),
        Ok(Merged::Both(merged)) => Ok(merged),
        Err(error) => Err(Error::new(ErrorKind::Conflict { field: row.name }).caused_by(error)),
    }
}
