use crate::clock::Timestamp;
use crate::codec::EncodeError;

/// The state of one flash field in one request. Values are encoded: nobody's code runs under the lock.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four things that may each have happened or not")]
pub(crate) struct Slot {
    /// Which field.
    pub(crate) row: usize,
    /// The id of the value that the record holds; the data field shows it.
    pub(crate) stored: Option<u64>,
    /// The id of a value that this request set and committed: the record holds it, nothing here shows it.
    pub(crate) written: Option<u64>,
    /// Until then the stored value is another request's, who claimed it; or this one's, if `claimed`.
    pub(crate) claimed_until: Timestamp,
    /// This request claimed the stored value.
    pub(crate) claimed: bool,
    /// The stored value was shown, so the response consumes it.
    pub(crate) taken: bool,
    /// The stored value stays, shown or not.
    pub(crate) kept: bool,
    /// The stored value goes, shown or not.
    pub(crate) discarded: bool,
    /// A value for this request alone.
    pub(crate) now: Option<Encoded>,
    /// A value for the next page.
    pub(crate) set: Option<Encoded>,
    /// What was set is made of a stored value, and so is its principal's.
    pub(crate) extends: bool,
}

/// A value, or why it cannot be stored; the commit says so.
pub(crate) type Encoded = Result<Vec<u8>, EncodeError>;

impl Slot {
    pub(crate) fn new(row: usize) -> Self {
        Self { row, ..Self::default() }
    }

    pub(crate) fn loaded(row: usize, id: u64, claimed_until: Timestamp) -> Self {
        Self { row, stored: Some(id), claimed_until, ..Self::default() }
    }

    /// Whether the stored value can be shown at that moment.
    pub(crate) fn shows_stored(&self, now: Timestamp) -> bool {
        self.stored.is_some() && !self.taken && !self.discarded && (self.claimed || now >= self.claimed_until)
    }

    pub(crate) fn is_changed(&self) -> bool {
        self.set.is_some()
            || (self.written.is_some() && self.discarded)
            || (self.stored.is_some() && (self.discarded || self.claimed || (self.taken && !self.kept)))
    }

    /// The id of the value that the record holds.
    pub(crate) fn in_record(&self) -> Option<u64> {
        self.written.or(self.stored)
    }

    /// The value stays for one more page.
    pub(crate) fn keep(&mut self) {
        self.kept = true;
        self.discarded = false;
        if self.set.is_none() {
            self.set.clone_from(&self.now);
        }
    }

    /// Every value goes.
    pub(crate) fn discard(&mut self) {
        self.kept = false;
        self.discarded = true;
        self.now = None;
        self.set = None;
    }

    /// Forgets what was set if it is made of a stored value: its principal leaves.
    pub(crate) fn disown(&mut self) {
        if self.extends {
            self.set = None;
        }
    }

    /// Forgets the stored value; whether anything is left.
    pub(crate) fn forget_stored(&mut self) -> bool {
        (self.stored, self.written, self.taken, self.kept, self.discarded) =
            (None, None, false, false, false);
        (self.claimed, self.claimed_until) = (false, Timestamp::default());
        self.set.is_some() || self.now.is_some()
    }
}
