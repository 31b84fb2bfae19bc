use super::{Former, Identity, Indexed, MergeFn};
use crate::codec::{DecodeError, Decoder, Encoder};
use crate::value::limited::{Limited, limited_max};
use crate::value::{SessionValue, Shape, name32};

/// One stored field of `S`: where it is and what it is. One private unit type per field implements it.
///
/// The bound on `Value` stands here alone, so that a field of a foreign type is one error, on that type.
pub trait Lens<S>: 'static {
    /// The type of the field.
    type Value: SessionValue;
    /// The name on the wire.
    const NAME: &'static str;
    /// The row in `S`'s table.
    const INDEX: usize;

    /// The field.
    fn get(data: &S) -> &Self::Value;
    /// The field, to be changed.
    fn get_mut(data: &mut S) -> &mut Self::Value;
}

/// The [`Lens`] of the principal. As with `Lens`, the bound stands here alone: a type that cannot be an identity is an
/// error at the word `identity`, and not again at every accessor.
pub trait IdentityLens<S>: Lens<S, Value: Identity> {}

/// The [`Lens`] of an indexed field, with its bound here alone as the identity's is.
pub trait IndexLens<S>: Lens<S, Value: Indexed> {}

/// One field of `S` that is not stored (`#[session(skip)]`).
pub trait Scratch<S>: 'static {
    /// The type of the field.
    type Value: Clone + Send + Sync + 'static;

    /// The field.
    fn get(data: &S) -> &Self::Value;
    /// The field, to be changed.
    fn get_mut(data: &mut S) -> &mut Self::Value;
}

/// What a field is, apart from its type. The low byte stands on the wire beside the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags(u16);

impl Flags {
    /// Survives a change of principal. On the wire.
    pub const KEEP: Self = Self(1);
    /// Shown once. On the wire.
    pub const FLASH: Self = Self(1 << 1);
    /// Sealed by itself: its bytes are an envelope, bound to the record. On the wire.
    pub const SEALED: Self = Self(1 << 2);
    /// A reader that does not know the field must not use the record. On the wire.
    pub const MUST_UNDERSTAND: Self = Self(1 << 3);
    /// Sealed on the wire, and opened here. Has the place of a bit there and is never set in a store.
    pub const OPENED: Self = Self(1 << 7);
    /// The principal.
    pub const IDENTITY: Self = Self(1 << 8);
    /// Its change rotates the session id.
    pub const PRIVILEGE: Self = Self(1 << 9);
    /// Never shown, and sealed by itself in every store.
    pub const SECRET: Self = Self(1 << 10 | Self::OPENED.0);
    /// A change of it is a difference, which means the same on top of any other value (`add`, `union`, `append`).
    pub const RELATIVE: Self = Self(1 << 11);

    /// Sessions are found by its value.
    pub const INDEX: Self = Self(1 << 12);

    /// About a person. For the inventory alone: it changes nothing of how the field is stored.
    pub const PII: Self = Self(1 << 13);

    /// Whether all of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The first without the second.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The byte beside the field's bytes.
    #[expect(clippy::cast_possible_truncation, reason = "the low byte is what is meant")]
    pub const fn wire(self) -> u8 {
        self.0 as u8
    }

    /// The flags of a field as read from the wire.
    pub const fn from_wire(byte: u8) -> Self {
        Self(byte as u16)
    }
}

/// A row of the field table: a [`Lens`] with its type erased.
pub struct Field<S: 'static> {
    /// The name on the wire.
    pub name: &'static str,
    /// Its 32 bits.
    pub name32: u32,
    /// The shape of the type.
    pub shape: &'static Shape,
    /// Its 32 bits beside the bytes.
    pub shape32: u32,
    /// What the field is.
    pub flags: Flags,
    /// The most bytes a value takes, where there is a bound.
    pub max: Option<usize>,
    /// The forms in which the field was stored before, newest first.
    pub formers: &'static [Former<S>],
    encode: fn(&S, &mut Encoder),
    decode: fn(&mut S, &mut Decoder<'_>) -> Result<(), DecodeError>,
    swap: fn(&mut S, &mut S),
    merge: Option<MergeFn>,
    authenticated: Option<fn(&S) -> bool>,
    listed: Option<fn(&S) -> bool>,
}

impl<S: 'static> Field<S> {
    /// The field that `L` points to.
    pub const fn of<L: Lens<S>>() -> Self {
        Self {
            name: L::NAME,
            name32: name32(L::NAME),
            shape: L::Value::SHAPE,
            shape32: L::Value::SHAPE.wire(),
            flags: Flags(0),
            max: L::Value::MAX,
            formers: &[],
            encode: |data, encoder| L::get(data).encode(encoder),
            decode: |data, decoder| {
                *L::get_mut(data) = L::Value::decode(decoder)?;
                Ok(())
            },
            swap: |left, right| std::mem::swap(L::get_mut(left), L::get_mut(right)),
            merge: None,
            authenticated: None,
            listed: None,
        }
    }

    /// The field that holds the principal.
    pub const fn identity<L: IdentityLens<S>>() -> Self {
        let mut field = Self::of::<L>().flag(Flags::IDENTITY).flag(Flags::MUST_UNDERSTAND);
        field.authenticated = Some(|data| L::get(data).is_present());
        field
    }

    /// With a bound on its length: a longer value cannot be written.
    #[must_use]
    pub const fn max_len<L: Lens<S, Value: Limited>, const LIMIT: usize>(mut self) -> Self {
        self.max = limited_max::<L::Value>(LIMIT);
        self.encode = |data, encoder| {
            let value = L::get(data);
            encoder.limit(value.length(), LIMIT);
            value.encode(encoder);
        };
        self
    }

    /// With an index.
    #[must_use]
    pub const fn index<L: IndexLens<S>>(mut self) -> Self {
        self.listed = Some(|data| L::get(data).is_present());
        self.flag(Flags::INDEX)
    }

    /// With a flag.
    #[must_use]
    pub const fn flag(mut self, flag: Flags) -> Self {
        self.flags = self.flags.with(flag);
        self
    }

    /// With a merge policy other than `lww`.
    #[must_use]
    pub const fn merge(mut self, policy: MergeFn) -> Self {
        self.merge = Some(policy);
        self
    }

    /// With the forms in which it was stored before, newest first.
    #[must_use]
    pub const fn formers(mut self, formers: &'static [Former<S>]) -> Self {
        self.formers = formers;
        self
    }

    pub(crate) fn encode(&self, data: &S, encoder: &mut Encoder) {
        (self.encode)(data, encoder);
    }

    pub(crate) fn decode(&self, data: &mut S, decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        (self.decode)(data, decoder)
    }

    pub(crate) fn swap(&self, left: &mut S, right: &mut S) {
        (self.swap)(left, right);
    }

    pub(crate) fn policy(&self) -> Option<MergeFn> {
        self.merge
    }

    /// Whether it is indexed, and has a value to be found by.
    pub(crate) fn is_listed(&self, data: &S) -> bool {
        self.listed.is_some_and(|present| present(data))
    }

    pub(crate) fn is_authenticated(&self, data: &S) -> bool {
        self.authenticated.is_some_and(|present| present(data))
    }
}

impl<S: 'static> std::fmt::Debug for Field<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field")
            .field("name", &self.name)
            .field("shape", &format_args!("{}", self.shape))
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}
