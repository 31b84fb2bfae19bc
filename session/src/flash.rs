//! Flash slots: values that are shown once, on the next page.

use std::fmt;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::codec::{DecodeError, Decoder, Encoder};
use crate::current::Current;
use crate::current::slot::Slot;
use crate::data::{Lens, SessionData};
use crate::error::Error;
use crate::store::Store as _;
use crate::value::{SessionValue, from_bytes, to_bytes};

/// How long a claimed value waits for its response.
const CLAIM: Duration = Duration::from_secs(30);

/// A flash field of a session: set on one page, shown on the next.
///
/// A value survives every request that does not [`take`](Self::take) it, and every response that cannot have shown it: a
/// redirect, a 5xx, a HEAD or a prefetch. It is gone after the response that showed it. A value that another request
/// sets meanwhile is not taken along.
///
/// Reading gives the value of [`now`](Self::now) first, then the stored one, then one that this request set.
#[must_use = "a slot does nothing by itself"]
pub struct FlashSlot<'a, T: SessionData, V> {
    current: &'a Current<T>,
    row: usize,
    get: fn(&T) -> &Option<V>,
}

impl<'a, T: SessionData, V: SessionValue> FlashSlot<'a, T, V> {
    pub(crate) fn new<L: Lens<T, Value = Option<V>>>(current: &'a Current<T>) -> Self {
        Self { current, row: L::INDEX, get: L::get }
    }

    /// Sets the value for the next page. The later of two sets stays.
    pub fn set(&self, value: impl IntoFlash<V>) {
        let encoded = to_bytes(&Some(value.into_flash()));
        self.with(|slot| (slot.set, slot.extends) = (Some(encoded), false));
    }

    /// Changes the value for the next page: the one that this request set, or an unread one, or the default. An unread one
    /// stays its principal's: if that one leaves in this request, what was made of it goes, too. After a set of what cannot
    /// be stored `change` gets the default, nothing comes of it, and the commit says what was wrong.
    pub fn update<R>(&self, change: impl FnOnce(&mut V) -> R) -> R
    where
        V: Default,
    {
        let now = self.current.shared.runtime.store.now();
        let (set, unread, extends) =
            self.with(|slot| (slot.set.clone(), slot.shows_stored(now), slot.extends));
        let extends = if set.is_some() { extends } else { unread };
        let is_unwritable = matches!(set, Some(Err(_)));
        let mut value = set.and_then(decode).or_else(|| self.stored().filter(|_| unread)).unwrap_or_default();
        let result = change(&mut value);
        // Or the default would take the place of what was set, and nobody would hear of the error.
        if !is_unwritable {
            let encoded = to_bytes(&Some(value));
            self.with(|slot| (slot.set, slot.extends) = (Some(encoded), extends));
        }
        result
    }

    /// Shows a value in this request alone; nothing is stored.
    pub fn now(&self, value: impl IntoFlash<V>) {
        let encoded = to_bytes(&Some(value.into_flash()));
        self.with(|slot| slot.now = Some(encoded));
    }

    /// The value, which this response shows: afterwards it is gone, and a second `take` gives nothing.
    pub fn take(&self) -> Option<V> {
        enum From {
            Slot(crate::current::slot::Encoded),
            Stored,
        }
        let moment = self.current.shared.runtime.store.now();
        let from = self.with(|slot| {
            if let Some(now) = slot.now.take() {
                return Some(From::Slot(now));
            }
            if slot.shows_stored(moment) {
                slot.taken = true;
                return Some(From::Stored);
            }
            slot.set.take().map(From::Slot)
        });
        match from? {
            From::Slot(encoded) => decode(encoded),
            From::Stored => self.stored(),
        }
    }

    /// The value, for this response alone: of any number of concurrent requests exactly one gets it. One store call, more
    /// if others change the session meanwhile.
    ///
    /// [`take`](Self::take) shows a message at least once: two pages that load at the same moment both show it. A claim is
    /// for what must not be shown twice, such as a password that was just generated. It is confirmed by the response; if
    /// that fails, or cannot have shown anything, the value is anybody's again, at once or, if this server dies, after 30
    /// seconds.
    ///
    /// # Errors
    /// Those of a commit. Nothing is claimed then, or, after a lost answer, for 30 seconds. `Unsupported` where the client
    /// holds the session.
    pub async fn claim(&self) -> Result<Option<V>, Error> {
        let shared = &self.current.shared;
        let moment = shared.runtime.store.now();
        let Some(id) = self.with(|slot| slot.stored.filter(|_| slot.shows_stored(moment))) else {
            return Ok(None);
        };
        let value = self.stored();
        if !shared.claim(self.row, id, moment.after(CLAIM)).await? {
            return Ok(None);
        }
        self.with(|slot| slot.taken = true);
        Ok(value)
    }

    /// The value, which stays as it is.
    pub fn peek(&self) -> Option<V> {
        let moment = self.current.shared.runtime.store.now();
        let (now, stored, set) =
            self.with(|slot| (slot.now.clone(), slot.shows_stored(moment), slot.set.clone()));
        now.and_then(decode).or_else(|| self.stored().filter(|_| stored)).or_else(|| set.and_then(decode))
    }

    /// Keeps the value for one more page, although this one shows it.
    pub fn keep(&self) {
        self.with(Slot::keep);
    }

    /// Drops the value, shown or not.
    pub fn discard(&self) {
        self.with(Slot::discard);
    }

    fn stored(&self) -> Option<V> {
        (self.get)(&self.current.shared.data()).clone()
    }

    fn with<R>(&self, work: impl FnOnce(&mut Slot) -> R) -> R {
        work(self.current.shared.lock().slot(self.row))
    }
}

fn decode<V: SessionValue>(encoded: crate::current::slot::Encoded) -> Option<V> {
    // Written by this program a moment ago; what could not be written is reported by the commit.
    encoded.ok().and_then(|bytes| from_bytes::<Option<V>>(&bytes).ok()).flatten()
}

impl<T: SessionData, V> fmt::Debug for FlashSlot<'_, T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlashSlot").field("field", &T::FIELDS[self.row].name).finish_non_exhaustive()
    }
}

/// What a flash slot of `V` can be set to: a `V`, or text for a `String`.
pub trait IntoFlash<V> {
    /// The value.
    fn into_flash(self) -> V;
}

impl<V> IntoFlash<V> for V {
    fn into_flash(self) -> V {
        self
    }
}

impl IntoFlash<String> for &str {
    fn into_flash(self) -> String {
        self.to_owned()
    }
}

/// The most bytes that stand before a flash value: an id and a time.
pub(crate) const BESIDE_VALUE: usize = 8 + 9;

/// A stored flash value: `id of its set · claimed until, ms or 0 · value`. The id is what consuming names, so that a
/// newer value survives.
pub(crate) struct Stored<'a> {
    pub(crate) id: u64,
    pub(crate) claimed_until: Timestamp,
    pub(crate) value: &'a [u8],
}

impl<'a> Stored<'a> {
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut decoder = Decoder::new(bytes);
        let id = u64::from_le_bytes(decoder.fixed()?);
        let claimed_until = Timestamp::from_millis(decoder.leaf()?);
        Ok(Self { id, claimed_until, value: decoder.here() })
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::onto(Vec::with_capacity(BESIDE_VALUE + self.value.len()));
        encoder.raw(&self.id.to_le_bytes());
        encoder.leaf(self.claimed_until.as_millis());
        encoder.raw(self.value);
        // Nothing here can fail to be stored.
        encoder.finish().unwrap_or_default()
    }
}
