//! Session data as a table: what `#[derive(SessionData)]` produces and the runtime walks.
//!
//! The derive emits one private [`Lens`] per field and a const table of [`Field`]s; every algorithm that touches more
//! than one field (encode, decode, merge, reset) is written once, here and in `commit`, over that table.

mod convert;
pub(crate) mod encode;
mod field;
mod former;
mod identity;
pub mod policy;
mod retired;
mod secret;

pub use convert::{Back, Becomes, Convert, Converted, Each, NoBack, Plain, back_by};
pub use field::{Field, Flags, IdentityLens, IndexLens, Lens, Scratch};
pub(crate) use former::MESSAGE;
pub use former::{BackFn, Former, FormerError, assert_rights};
pub use identity::{Identity, Indexed, nobody};
pub use policy::{MergeError, MergeFn};
pub use retired::Retired;
pub(crate) use retired::is_dropped;
pub use secret::{assert_open, assert_open_slot, assert_secret};
pub(crate) use secret::{own_secret_of, secret_of};

use crate::current::Current;
pub use crate::evolve::{FromVersion, OnFailure, Upgrade, assert_previous};
use crate::index::Lookup;

/// The most fields that session data can have.
pub const MAX_FIELDS: usize = 256;

/// An app's session struct. Implemented by `#[derive(SessionData)]`.
///
/// # Laws
///
/// * `FIELDS` has no two rows of one name, former names included, at most one identity, and at most [`MAX_FIELDS`] rows.
/// * `empty()` gives the same value every time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not session data",
    label = "not `SessionData`",
    note = "add `#[derive(SessionData, Clone)]` to it"
)]
pub trait SessionData: Clone + Send + Sync + Sized + 'static {
    /// The type with the accessors; [`Session<Self>`](crate::Session) dereferences to it.
    type Accessors: From<Current<Self>>
        + std::ops::Deref<Target = Current<Self>>
        + Clone
        + Send
        + Sync
        + 'static;
    /// The type with the look-ups by indexed fields; [`Sessions<Self, S>`](crate::Sessions) dereferences to it.
    type Indexes<S: Send + Sync + 'static>: From<Lookup<Self, S>> + Send + Sync;

    /// The struct's name, for messages.
    const NAME: &'static str;
    /// The schema version, from `#[session(version = N)]`.
    const VERSION: u32;
    /// The stored fields, in the order of the struct.
    const FIELDS: &'static [Field<Self>];
    /// The oldest schema version that may read what this program writes, from `#[session(min_reader = N)]`.
    const MIN_READER: u32 = 0;
    /// The struct of the version before, from `#[session(previous = OldStruct)]`.
    const UPGRADE: Option<&'static Upgrade<Self>> = None;
    /// The fields that once were, from `#[session(retired(…))]`.
    const RETIRED: &'static [Retired] = &[];

    /// The data of a session that holds nothing yet: every field at its default.
    fn empty() -> Self;
}

/// The row of the identity field, if there is one.
pub(crate) fn identity_of<T: SessionData>() -> Option<(usize, &'static Field<T>)> {
    T::FIELDS.iter().enumerate().find(|(_, field)| field.flags.has(Flags::IDENTITY))
}

/// Whether any field is indexed.
pub(crate) const fn is_indexed<T: SessionData>() -> bool {
    let mut row = 0;
    while row < T::FIELDS.len() {
        if T::FIELDS[row].flags.has(Flags::INDEX) {
            return true;
        }
        row += 1;
    }
    false
}

/// Fails to compile where a table breaks the laws of [`SessionData`]. The derive calls it in a `const`.
///
/// # Panics
/// Where it does, if it is called at run time.
#[track_caller]
pub const fn assert_table<S>(fields: &[Field<S>]) {
    assert!(fields.len() <= MAX_FIELDS, "session data can have at most 256 stored fields");
    let mut left = 0;
    while left < fields.len() {
        let mut right = left + 1;
        while right < fields.len() {
            assert!(
                fields[left].name32 != fields[right].name32,
                "two fields have one name on the wire, or names whose 32-bit hashes collide; give one of them \
                 `#[session(rename = \"…\")]`"
            );
            right += 1;
        }
        left += 1;
    }
    former::assert_formers(fields);
}
