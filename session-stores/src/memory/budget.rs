use crate::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use session::record::Record;
use session::{Error, ErrorKind, Handle};

/// How much there may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) entries: usize,
    pub(super) bytes: usize,
    pub(super) tombstones: usize,
}

/// What all shards hold together. Room is taken before a record is put somewhere, so the bounds are never exceeded, not
/// even by threads that write to different shards; each counter is one atomic, which no other memory depends on.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    entries: AtomicUsize,
    bytes: AtomicUsize,
    tombstones: AtomicUsize,
    evicted: AtomicU64,
}

/// What there is no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortage {
    /// One session more.
    Entries,
    /// So many bytes more.
    Bytes(usize),
    /// A session that would leave one tombstone more.
    Tombstones,
    /// A record of so many bytes, were it alone in the store.
    Record(usize),
}

/// The bytes that a session is counted with.
pub(super) fn cost(record: &Record) -> usize {
    size_of::<Handle>() + record.weight()
}

impl Budget {
    pub(super) const fn new(limits: Limits) -> Self {
        Self {
            limits,
            entries: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            tombstones: AtomicUsize::new(0),
            evicted: AtomicU64::new(0),
        }
    }

    /// Takes room for a record of `after` bytes in the place of one of `before` bytes, or of none.
    pub(super) fn take(&self, before: Option<usize>, after: usize) -> Result<(), Shortage> {
        let Some(before) = before else { return self.take_entry(after) };
        if after <= before {
            self.bytes.fetch_sub(before - after, Relaxed);
            return Ok(());
        }
        self.take_bytes(after - before, after)
    }

    fn take_entry(&self, bytes: usize) -> Result<(), Shortage> {
        if self.tombstones.load(Relaxed) >= self.limits.tombstones {
            return Err(Shortage::Tombstones);
        }
        if !take(&self.entries, 1, self.limits.entries) {
            return Err(Shortage::Entries);
        }
        self.take_bytes(bytes, bytes).inspect_err(|_| {
            self.entries.fetch_sub(1, Relaxed);
        })
    }

    fn take_bytes(&self, more: usize, whole: usize) -> Result<(), Shortage> {
        if take(&self.bytes, more, self.limits.bytes) {
            Ok(())
        } else if whole > self.limits.bytes {
            Err(Shortage::Record(whole))
        } else {
            Err(Shortage::Bytes(more))
        }
    }

    /// Gives back what a record of that many bytes took.
    pub(super) fn give_back(&self, bytes: usize) {
        self.entries.fetch_sub(1, Relaxed);
        self.bytes.fetch_sub(bytes, Relaxed);
    }

    pub(super) fn tombstone_laid(&self) {
        self.tombstones.fetch_add(1, Relaxed);
    }

    pub(super) fn tombstone_lapsed(&self) {
        self.tombstones.fetch_sub(1, Relaxed);
    }

    pub(super) fn session_evicted(&self) {
        self.evicted.fetch_add(1, Relaxed);
    }

    /// Whether what was short is there now.
    pub(super) fn has_room(&self, shortage: Shortage) -> bool {
        match shortage {
            Shortage::Entries => self.entries() < self.limits.entries,
            Shortage::Bytes(more) => more <= self.limits.bytes.saturating_sub(self.bytes()),
            Shortage::Tombstones => self.tombstones() < self.limits.tombstones,
            Shortage::Record(_) => false,
        }
    }

    pub(super) fn entries(&self) -> usize {
        self.entries.load(Relaxed)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Relaxed)
    }

    pub(super) fn tombstones(&self) -> usize {
        self.tombstones.load(Relaxed)
    }

    pub(super) fn evicted(&self) -> u64 {
        self.evicted.load(Relaxed)
    }

    pub(super) fn error(&self, shortage: Shortage) -> Error {
        let Limits { entries, bytes, tombstones } = self.limits;
        let full = |limit, what| Error::new(ErrorKind::Full { limit }).in_context(what);
        match shortage {
            Shortage::Entries => full(entries, "memory store, sessions"),
            Shortage::Bytes(_) => full(bytes, "memory store, bytes"),
            Shortage::Tombstones => full(tombstones, "memory store, tombstones of ended sessions"),
            Shortage::Record(actual) => Error::too_large(actual, bytes),
        }
    }

    /// The bounds of which nine tenths are used.
    pub(super) fn warnings(&self) -> Vec<String> {
        let Limits { entries, bytes, tombstones } = self.limits;
        [
            (self.entries(), entries, "sessions"),
            (self.bytes(), bytes, "bytes"),
            (self.tombstones(), tombstones, "tombstones"),
        ]
        .into_iter()
        .filter(|(used, limit, _)| *used >= limit - limit / 10)
        .map(|(used, limit, what)| format!("the memory store is nearly full: {used} of {limit} {what}"))
        .collect()
    }
}

fn take(counter: &AtomicUsize, more: usize, limit: usize) -> bool {
    let taken = |used: usize| used.checked_add(more).filter(|used| *used <= limit);
    counter.fetch_update(Relaxed, Relaxed, taken).is_ok()
}
