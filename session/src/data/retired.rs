use super::SessionData;
use crate::record::RawField;
use crate::value::name32;

/// A field that once was, from `#[session(retired("name"))]` or `retired("name:shape")`.
///
/// Its bytes are carried like those of any unknown field, for the programs that still know it, until the record's
/// `min_reader` says that none of them may read it any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retired {
    /// The name on the wire.
    pub name: &'static str,
    /// Its 32 bits.
    pub name32: u32,
    /// The shape beside the bytes; every shape of that name where there is none.
    pub shape32: Option<u32>,
    /// The schema version that retired it; the present one where it is not said.
    pub since: Option<u32>,
}

impl Retired {
    /// A field that is gone.
    pub const fn name(name: &'static str) -> Self {
        Self { name, name32: name32(name), shape32: None, since: None }
    }

    /// A former shape of a field whose name lives on.
    #[must_use]
    pub const fn shape(mut self, shape32: u32) -> Self {
        self.shape32 = Some(shape32);
        self
    }

    /// Retired by that schema version.
    #[must_use]
    pub const fn since(mut self, version: u32) -> Self {
        self.since = Some(version);
        self
    }

    /// Whether `field` is it.
    pub(crate) fn is(&self, field: &RawField<'_>) -> bool {
        self.name32 == field.name32 && self.shape32.is_none_or(|shape32| shape32 == field.plain_shape())
    }
}

/// Whether `field` is retired in `T`, and nobody who may read a record of that `min_reader` knows it.
pub(crate) fn is_dropped<T: SessionData>(field: &RawField<'_>, min_reader: u32) -> bool {
    let is_over = |retired: &Retired| min_reader >= retired.since.unwrap_or(T::VERSION);
    T::RETIRED.iter().any(|retired| retired.is(field) && is_over(retired))
}
