use std::fmt;
use std::ops::Deref;

use crate::Session;
use crate::data::SessionData;

/// The request's session, for a handler that only reads, and is content with what this node remembers where the store cannot
/// be asked. Without an outage it is the session as ever; in one it may lag behind, or have ended, says so
/// ([`is_degraded`](crate::Current::is_degraded)), and nothing of it is stored. Rejects as `Session<T>` does where nothing is
/// remembered. Only a store with a near cache remembers anything.
///
/// The first extractor of a request decides, so in a handler that takes several this one comes first.
pub struct ReadOnly<T: SessionData>(pub Session<T>);

impl<T: SessionData> Deref for ReadOnly<T> {
    type Target = Session<T>;

    fn deref(&self) -> &Session<T> {
        &self.0
    }
}

impl<T: SessionData> Clone for ReadOnly<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

/// Shows no data.
impl<T: SessionData> fmt::Debug for ReadOnly<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOnly").field("session", &T::NAME).finish_non_exhaustive()
    }
}
