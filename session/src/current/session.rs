use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::{Current, Shared};
use crate::data::SessionData;

/// The session of this request.
///
/// Dereferences to the accessors that `#[derive(SessionData)]` made for `T`'s fields, and through them to [`Current`],
/// which has the rest: `id`, `update`, `rotate_id`, `destroy`, `commit` …
///
/// Cheap to clone; every clone in one request sees the same data. Two sessions are equal if they are one record.
pub struct Session<T: SessionData> {
    accessors: T::Accessors,
}

impl<T: SessionData> Session<T> {
    pub(crate) fn new(shared: Arc<Shared<T>>) -> Self {
        Self { accessors: Current { shared }.into() }
    }
}

impl<T: SessionData> Deref for Session<T> {
    type Target = T::Accessors;

    fn deref(&self) -> &T::Accessors {
        &self.accessors
    }
}

impl<T: SessionData> Clone for Session<T> {
    fn clone(&self) -> Self {
        Self { accessors: self.accessors.clone() }
    }
}

impl<T: SessionData> PartialEq for Session<T> {
    fn eq(&self, other: &Self) -> bool {
        let (left, right): (&Current<T>, &Current<T>) = (self, other);
        Arc::ptr_eq(&left.shared, &right.shared) || left.id().is_some_and(|id| right.id() == Some(id))
    }
}

impl<T: SessionData> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let current: &Current<T> = self;
        f.debug_tuple("Session").field(current).finish()
    }
}
