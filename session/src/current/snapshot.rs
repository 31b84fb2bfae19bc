use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::data::{Lens, Scratch};

/// One field of a session, as it was when it was asked for. Dereferences to the field.
///
/// It holds a snapshot and no lock: it may live across `.await`, and later changes do not show in it. It has no `Clone`
/// of its own, so that `session.cart().clone()` is a cart.
pub struct Ref<S, V: ?Sized> {
    data: Arc<S>,
    get: fn(&S) -> &V,
}

impl<S, V> Ref<S, V> {
    pub(crate) fn field<L: Lens<S, Value = V>>(data: Arc<S>) -> Self {
        Self { data, get: L::get }
    }

    pub(crate) fn scratch<C: Scratch<S, Value = V>>(data: Arc<S>) -> Self {
        Self { data, get: C::get }
    }
}

impl<S, V: ?Sized> Deref for Ref<S, V> {
    type Target = V;

    fn deref(&self) -> &V {
        (self.get)(&self.data)
    }
}

impl<S, V: fmt::Debug + ?Sized> fmt::Debug for Ref<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<S, V: fmt::Display + ?Sized> fmt::Display for Ref<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<S, V: PartialEq<U> + ?Sized, U: ?Sized> PartialEq<U> for Ref<S, V> {
    fn eq(&self, other: &U) -> bool {
        **self == *other
    }
}

#[expect(clippy::into_iter_without_iter, reason = "`iter` is the field's own, through `Deref`")]
impl<'a, S, V: ?Sized> IntoIterator for &'a Ref<S, V>
where
    &'a V: IntoIterator,
{
    type Item = <&'a V as IntoIterator>::Item;
    type IntoIter = <&'a V as IntoIterator>::IntoIter;

    fn into_iter(self) -> Self::IntoIter {
        (**self).into_iter()
    }
}
