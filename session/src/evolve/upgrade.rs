//! From the struct of one schema version to that of the next.

use bytes::Bytes;

use super::read::{self, Own, Reading};
use super::write::{self, Downgrade};
use super::{beside, form, principal};
use crate::current::Slot;
use crate::data::{Field, Flags, MESSAGE, SessionData, secret_of};
use crate::error::{Error, ErrorKind};
use crate::record::{Header, Principal, fields};
use crate::schema::text::Text;

/// How a struct takes over the records of its `previous` one.
pub struct Upgrade<T: 'static> {
    /// The version that is converted.
    pub from: u32,
    /// The name of its struct.
    pub name: &'static str,
    /// What becomes of a session that cannot be converted.
    pub on_failure: OnFailure,
    /// A secret field of the older structs, for which keys are needed.
    pub(crate) secret: fn() -> Option<&'static str>,
    read: ReadFn<T>,
    knows: fn(u32, u32) -> bool,
    lower: Option<Lower<T>>,
}

type ReadFn<T> = fn(Reading<'_>, &Header, &[u8]) -> Result<(T, Vec<Slot>), Error>;

/// Writes a commit's changes in the form of the previous version.
pub(crate) type LowerFn<T> = fn(&Downgrade<'_, T>) -> Result<Bytes, Error>;

/// Whose record it is, as the previous version sees it.
pub(super) type PrincipalFn<T> = fn(&T) -> Result<Principal, Error>;

/// How records are written in the form of the previous version.
struct Lower<T> {
    write: LowerFn<T>,
    principal: PrincipalFn<T>,
}

/// What becomes of a session of an older version that cannot be converted, because its `TryFrom` fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum OnFailure {
    /// The request fails with [`ErrorKind::Upgrade`]; the record stays as it is, for a program that can read it.
    #[default]
    Refuse,
    /// The client gets a new session, with a new id as soon as something is written. The old record stays as it is until
    /// it expires, but nobody has its id any more.
    Reset,
    /// As `Reset`, and the old session's fields go along in the new one, as bytes that no program reads.
    KeepAside,
}

/// A struct that the one of another version can become. The same pairs as have `TryFrom`; a trait of its own for the sake
/// of what the compiler says where there is none.
#[diagnostic::on_unimplemented(
    message = "no conversion from `{Old}` to `{Self}`",
    label = "`{Old}` does not become `{Self}`",
    note = "write `impl From<{Old}> for {Self}`, or `TryFrom` if it can fail"
)]
pub trait FromVersion<Old>: Sized {
    /// The counterpart of `old`, if it has one.
    fn from_version(old: Old) -> Option<Self>;
}

#[diagnostic::do_not_recommend]
impl<Old, New: TryFrom<Old>> FromVersion<Old> for New {
    fn from_version(old: Old) -> Option<Self> {
        Self::try_from(old).ok()
    }
}

impl<T: SessionData> Upgrade<T> {
    /// From `Old`.
    pub const fn of<Old: SessionData>() -> Self
    where
        T: FromVersion<Old>,
    {
        Self {
            from: Old::VERSION,
            name: Old::NAME,
            on_failure: OnFailure::Refuse,
            secret: secret_of::<Old>,
            read: upgraded::<T, Old>,
            knows: knows::<Old>,
            lower: None,
        }
    }

    /// With another answer to a session that cannot be converted.
    #[must_use]
    pub const fn on_failure(mut self, answer: OnFailure) -> Self {
        self.on_failure = answer;
        self
    }

    /// Records are written in the form of `Old`, as long as programs run that know no other.
    #[must_use]
    pub const fn write_as<Old: SessionData + FromVersion<T>>(mut self) -> Self
    where
        T: FromVersion<Old>,
    {
        self.lower = Some(Lower {
            write: write::lower::<T, Old>,
            principal: |data| match Old::from_version(data.clone()) {
                Some(old) => principal::of(&old),
                None => Err(failed::<T, Old>()),
            },
        });
        self
    }

    pub(super) fn read(
        &self,
        reading: Reading<'_>,
        header: &Header,
        raw: &[u8],
    ) -> Result<(T, Vec<Slot>), Error> {
        (self.read)(reading, header, raw)
    }

    /// Whether the older versions have a field of that name and shape.
    pub(super) fn knows(&self, name32: u32, shape32: u32) -> bool {
        (self.knows)(name32, shape32)
    }

    pub(super) fn lower(&self) -> Option<LowerFn<T>> {
        self.lower.as_ref().map(|lower| lower.write)
    }

    pub(super) fn lower_principal(&self) -> Option<PrincipalFn<T>> {
        self.lower.as_ref().map(|lower| lower.principal)
    }
}

/// That a `From` cannot convert.
pub(super) fn failed<From: SessionData, To: SessionData>() -> Error {
    Error::new(ErrorKind::Upgrade { from: From::VERSION, to: To::VERSION })
}

/// A record of `Old`'s version or an older one, as `T`.
fn upgraded<T: SessionData + FromVersion<Old>, Old: SessionData>(
    reading: Reading<'_>,
    header: &Header,
    raw: &[u8],
) -> Result<(T, Vec<Slot>), Error> {
    let (old, old_slots) = read::record::<Old>(reading, header, raw)?;
    let mut data = T::from_version(old).ok_or_else(failed::<Old, T>)?;
    beside::read(additions::<T, Old>(), &mut data, raw)?;
    let mut slots: Vec<Slot> = Vec::new();
    for slot in old_slots {
        let old = &Old::FIELDS[slot.row];
        if let Some(row) = T::FIELDS.iter().position(|row| is_same(row, old)) {
            slots.push(Slot { row, ..slot });
        }
    }
    for (index, row) in messages::<T, Old>() {
        if let Some(field) = fields::find(raw, row.name32, row.shape32).map_err(Error::corrupt)?
            && read::read_own(reading, row, index, &field, &mut data, &mut slots)? == Own::Unreadable
        {
            row.swap(&mut data, &mut T::empty());
        }
    }
    // A conversion that loses or invents a principal is a mistake, and nobody is signed in or out by one.
    if principal::of(&data)?.is_nobody() != header.principal.is_nobody() {
        return Err(failed::<Old, T>().in_context("the conversion changed whose session it is"));
    }
    Ok((data, slots))
}

fn is_same<T, Old>(row: &Field<T>, old: &Field<Old>) -> bool {
    (row.name32, row.shape32) == (old.name32, old.shape32)
        && row.flags.has(Flags::FLASH) == old.flags.has(Flags::FLASH)
}

/// The fields of `T` of which a record of `Old`'s version may not tell everything: those that are not `Old`'s, too.
pub(super) fn additions<T: SessionData, Old: SessionData>() -> impl Iterator<Item = &'static Field<T>> {
    let is_shared = |row: &Field<T>| Old::FIELDS.iter().any(|old| is_same(row, old));
    T::FIELDS.iter().filter(move |row| !row.flags.has(Flags::FLASH) && !is_shared(row))
}

/// The messages that `Old` does not know. They are not converted but shown once: another shape is another message.
fn messages<T: SessionData, Old: SessionData>() -> impl Iterator<Item = (usize, &'static Field<T>)> {
    let is_shared = |row: &Field<T>| Old::FIELDS.iter().any(|old| is_same(row, old));
    let rows = T::FIELDS.iter().enumerate();
    rows.filter(move |(_, row)| row.flags.has(Flags::FLASH) && !is_shared(row))
}

/// Whether a record of `Old`'s version, or of an older one, may have a field of that name and shape.
pub(crate) fn knows<Old: SessionData>(name32: u32, shape32: u32) -> bool {
    let own = |row: &Field<Old>| (row.name32, row.shape32) == (name32, shape32);
    Old::FIELDS.iter().any(own)
        || form::by_former(Old::FIELDS, name32, shape32).is_some()
        || beside::is_of::<Old>(name32, shape32)
        || Old::UPGRADE.is_some_and(|upgrade| upgrade.knows(name32, shape32))
}

/// Fails to compile where the `previous` of `T` is not the version before. The derive calls it in a `const`.
///
/// # Panics
/// Where it is not, if it is called at run time.
#[track_caller]
pub const fn assert_previous<T: SessionData>() {
    let Some(upgrade) = T::UPGRADE else { return };
    let wanted = T::VERSION.saturating_sub(1);
    if upgrade.from == wanted && upgrade.from < T::VERSION {
        return;
    }
    let mut text = Text::<MESSAGE>::new();
    text.push("`");
    text.push(T::NAME);
    text.push("` is version ");
    text.push_number(T::VERSION as usize);
    text.push(", so its `previous` must be version ");
    text.push_number(wanted as usize);
    text.push(", but `");
    text.push(upgrade.name);
    text.push("` is version ");
    text.push_number(upgrade.from as usize);
    text.push(match upgrade.from < T::VERSION {
        true => "; give it the struct of the version in between, which has `previous` in its turn",
        false => "; versions count up from one struct to the next: give the newer struct the higher number",
    });
    panic!("{}", text.as_str())
}

impl<T: SessionData> std::fmt::Debug for Upgrade<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upgrade")
            .field("from", &self.from)
            .field("on_failure", &self.on_failure)
            .field("writes_as_previous", &self.lower.is_some())
            .finish_non_exhaustive()
    }
}
