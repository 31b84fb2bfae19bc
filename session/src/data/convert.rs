//! From a former type of a field to the present one, and back.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};
use std::marker::PhantomData;

use super::{BackFn, Lens};
use crate::codec::Encoder;
use crate::value::SessionValue;

/// A conversion, as a type: [`Plain`], [`Each`], or one that the derive makes for `with = path` and `back = path`.
pub trait Convert<From, To>: 'static {
    /// The counterpart of `from`, if it has one.
    fn convert(from: From) -> Option<To>;
}

/// `From` or `TryFrom`.
#[derive(Debug)]
pub struct Plain;

/// The conversion `C`, of each element of a container: what `From` cannot say for types of the standard library.
#[derive(Debug)]
pub struct Each<C>(PhantomData<C>);

/// A former type that becomes `To`. The same pairs as have `TryFrom`; a trait of its own for the sake of what the compiler
/// says where there is none.
#[diagnostic::on_unimplemented(
    message = "no conversion from the former type `{Self}` to `{To}`",
    label = "does not become `{To}`",
    note = "write `impl From<{Self}> for {To}`, or `TryFrom` if it can fail",
    note = "where both types are foreign, name a function beside `was`: `with = path::to::function`"
)]
pub trait Becomes<To>: Sized {
    /// The counterpart, if there is one.
    fn become_it(self) -> Option<To>;
}

#[diagnostic::do_not_recommend]
impl<From, To: TryFrom<From>> Becomes<To> for From {
    fn become_it(self) -> Option<To> {
        To::try_from(self).ok()
    }
}

impl<From: Becomes<To>, To> Convert<From, To> for Plain {
    fn convert(from: From) -> Option<To> {
        from.become_it()
    }
}

impl<From, To, C: Convert<From, To>> Convert<Vec<From>, Vec<To>> for Each<C> {
    fn convert(from: Vec<From>) -> Option<Vec<To>> {
        from.into_iter().map(C::convert).collect()
    }
}

impl<From, To, C: Convert<From, To>> Convert<Option<From>, Option<To>> for Each<C> {
    fn convert(from: Option<From>) -> Option<Option<To>> {
        from.map_or(Some(None), |value| C::convert(value).map(Some))
    }
}

impl<From, To, C: Convert<From, To>> Convert<Box<From>, Box<To>> for Each<C> {
    fn convert(from: Box<From>) -> Option<Box<To>> {
        C::convert(*from).map(Box::new)
    }
}

impl<From, To, C: Convert<From, To>, const N: usize> Convert<[From; N], [To; N]> for Each<C> {
    fn convert(from: [From; N]) -> Option<[To; N]> {
        let all: Option<Vec<To>> = from.into_iter().map(C::convert).collect();
        all?.try_into().ok()
    }
}

impl<K, From, To, S, C> Convert<HashMap<K, From, S>, HashMap<K, To, S>> for Each<C>
where
    K: Eq + Hash,
    S: BuildHasher + Default,
    C: Convert<From, To>,
{
    fn convert(from: HashMap<K, From, S>) -> Option<HashMap<K, To, S>> {
        from.into_iter().map(|(key, value)| Some((key, C::convert(value)?))).collect()
    }
}

impl<K: Ord, From, To, C: Convert<From, To>> Convert<BTreeMap<K, From>, BTreeMap<K, To>> for Each<C> {
    fn convert(from: BTreeMap<K, From>) -> Option<BTreeMap<K, To>> {
        from.into_iter().map(|(key, value)| Some((key, C::convert(value)?))).collect()
    }
}

/// What a function named by `with` or `back` may return: the value, or the value if there is one.
pub trait Converted<To> {
    /// The value, if there is one.
    fn converted(self) -> Option<To>;
}

impl<To> Converted<To> for To {
    fn converted(self) -> Option<To> {
        Some(self)
    }
}

impl<To> Converted<To> for Option<To> {
    fn converted(self) -> Self {
        self
    }
}

impl<To, E> Converted<To> for Result<To, E> {
    fn converted(self) -> Option<To> {
        self.ok()
    }
}

/// Writes the field that `L` points to as `Old`.
pub const fn back_by<S: 'static, L: Lens<S>, Old: SessionValue, C: Convert<L::Value, Old>>() -> BackFn<S> {
    |data: &S, encoder: &mut Encoder| match C::convert(L::get(data).clone()) {
        Some(old) => {
            old.encode(encoder);
            true
        }
        None => false,
    }
}

/// Asks whether the conversion `C` from the field to `Old` exists, which a macro cannot see.
///
/// `Back::<…>::HERE` is the inherent constant below where its bounds hold, because inherent names come first, and
/// otherwise that of [`NoBack`]. This works for types without parameters, as those of session data are.
#[derive(Debug)]
pub struct Back<S, L, Old, C>(PhantomData<(S, L, Old, C)>);

impl<S: 'static, L: Lens<S>, Old: SessionValue, C: Convert<L::Value, Old>> Back<S, L, Old, C> {
    /// The conversion.
    pub const HERE: Option<BackFn<S>> = Some(back_by::<S, L, Old, C>());
}

/// There is no conversion back.
pub trait NoBack<S> {
    /// None.
    const HERE: Option<BackFn<S>> = None;
}

impl<S, L, Old, C> NoBack<S> for Back<S, L, Old, C> {}
