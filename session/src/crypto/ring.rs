//! [`KeyRing`]: the keys of a deployment at one moment.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::purpose::Derived;
use super::{Key, KeyId};
use crate::error::{Error, ErrorKind};

/// One key that seals, the *primary*, and any number of others that only open.
///
/// # Changing keys without losing a session
///
/// Each step is finished on every node before the next one begins. Between two neighbouring steps every node opens what
/// every other one seals.
///
/// | step | ring | seals with | opens |
/// |---|---|---|---|
/// | before | `KeyRing::new(&old)` | old | old |
/// | 1. add | `KeyRing::new(&old).and_opens(&new)?` | old | old, new |
/// | 2. promote | `KeyRing::new(&new).and_opens(&old)?` | new | old, new |
/// | 3. retire, once nothing is left that the old key sealed | `KeyRing::new(&new)` | new | new |
///
/// Nothing is left when the longest absolute deadline has passed since step 2, or earlier if records are sealed anew
/// ([`is_current`](Self::is_current)). After a leak go from "before" to 3 directly: every session ends, which is meant.
///
/// A ring does not keep the bytes of its keys: it derives what it needs when it is built (a few microseconds).
#[derive(Clone)]
pub struct KeyRing {
    pub(super) primary: Derived,
    others: Vec<Derived>,
}

impl KeyRing {
    /// A ring of one key, which seals and opens.
    pub fn new(primary: &Key) -> Self {
        Self { primary: Derived::of(primary), others: Vec::new() }
    }

    /// With another key, which opens only: one that will be the primary soon, or was until lately.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config): a key of the same id is in the ring. It is the same key, or one of 2³² that share
    /// their id by chance; then another one has to be made.
    pub fn and_opens(mut self, key: &Key) -> Result<Self, Error> {
        let key = Derived::of(key);
        if self.find(key.id).is_some() {
            let problem =
                format!("two keys of the ring have the id {}; remove one, or make a new key", key.id);
            return Err(Error::new(ErrorKind::Config(vec![problem])));
        }
        self.others.push(key);
        Ok(self)
    }

    /// The id of the key that seals.
    pub fn primary(&self) -> KeyId {
        self.primary.id
    }

    /// The ids of all keys, the primary first.
    pub fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.keys().map(|key| key.id)
    }

    pub(super) fn find(&self, id: KeyId) -> Option<&Derived> {
        self.keys().find(|key| key.id == id)
    }

    fn keys(&self) -> impl Iterator<Item = &Derived> {
        std::iter::once(&self.primary).chain(&self.others)
    }
}

/// Shows ids.
impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<_> = self.others.iter().map(|key| key.id).collect();
        f.debug_struct("KeyRing").field("primary", &self.primary.id).field("opens", &others).finish()
    }
}

/// A ring that can be replaced while requests use it: a reload of keys without a restart.
///
/// Clones share the ring. A standard lock is held for as long as an `Arc` is cloned, which is a hundredth of what sealing
/// takes; no key is used under it, and nothing is awaited.
///
/// ```
/// use session::crypto::{Key, KeyRing, SharedKeyRing};
///
/// let [old, new] = [Key::generate()?, Key::generate()?];
/// let shared = SharedKeyRing::new(KeyRing::new(&old));
/// // Elsewhere, when the configuration was read again:
/// shared.replace(KeyRing::new(&old).and_opens(&new)?);
/// # Ok::<(), session::Error>(())
/// ```
#[derive(Clone)]
pub struct SharedKeyRing(Arc<RwLock<Arc<KeyRing>>>);

impl SharedKeyRing {
    /// Shares a ring.
    pub fn new(ring: KeyRing) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(ring))))
    }

    /// The ring of this moment. Take it once per operation: a later one may be another.
    pub fn current(&self) -> Arc<KeyRing> {
        // Nothing can panic under the lock, so a poisoned one is as good as any.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another ring in its place and gives back the former one. Operations that are under way finish with that.
    pub fn replace(&self, ring: KeyRing) -> Arc<KeyRing> {
        let ring = Arc::new(ring);
        std::mem::replace(&mut *self.0.write().unwrap_or_else(PoisonError::into_inner), ring)
    }
}

impl From<KeyRing> for SharedKeyRing {
    fn from(ring: KeyRing) -> Self {
        Self::new(ring)
    }
}

impl fmt::Debug for SharedKeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedKeyRing").field(&self.current()).finish()
    }
}
