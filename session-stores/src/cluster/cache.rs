//! The cache: shards, each behind a lock of its own that is held for one call and never across an await.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use session::Handle;
use session::clock::Timestamp;
use session::record::Record;
use session::store::Freshness;
use tokio::time::Instant;

use super::Moment;
use super::layout::Layout;
use super::message::Message;
use super::shard::{Answer, Limits, Look, Shard};
use super::stats::CacheStats;
use super::switches::Switches;
use super::tickets::{Origin, Ticket};

/// The most shards. A cache that keeps little has fewer, so that its bound is a bound and not a sum of roundings.
const SHARDS: usize = 16;
const LEAST: usize = 64;

pub(super) struct Cache {
    shards: Vec<Mutex<Shard>>,
    /// What moments count from: a clock that nobody sets.
    began: Instant,
    generations: AtomicU64,
}

impl Cache {
    /// `limits` are those of the whole cache.
    pub(super) fn new(limits: Limits, switches: Switches) -> Self {
        let count = (limits.entries / LEAST).clamp(1, SHARDS);
        let each = Limits {
            entries: limits.entries.div_ceil(count),
            bytes: limits.bytes / count,
            negatives: limits.negatives.div_ceil(count),
            ..limits
        };
        let shard = || Mutex::new(Shard::new(each, switches, fastrand::u8(..)));
        Self {
            shards: (0..count).map(|_| shard()).collect(),
            began: Instant::now(),
            generations: AtomicU64::new(1),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.began.elapsed()
    }

    /// A number that no feed has had: see [`subscribed`](Self::subscribed).
    pub(super) fn new_generation(&self) -> u64 {
        self.generations.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn look(&self, handle: &Handle, wanted: Freshness, date: Timestamp) -> Look {
        self.shard(handle).look(handle, wanted, self.now(), date)
    }

    pub(super) fn copy(&self, handle: &Handle, date: Timestamp) -> Option<Record> {
        self.shard(handle).copy(handle, self.now(), date)
    }

    pub(super) fn begin(&self, handle: &Handle, origin: Origin) -> Ticket {
        self.shard(handle).begin(handle, origin)
    }

    pub(super) fn end(&self, ticket: &Ticket, answer: Answer) {
        self.shard(&ticket.handle).end(ticket, answer, self.now());
    }

    pub(super) fn give_up(&self, ticket: &Ticket) {
        self.shard(&ticket.handle).give_up(ticket);
    }

    pub(super) fn nothing_happened(&self, ticket: &Ticket) {
        self.shard(&ticket.handle).nothing_happened(ticket);
    }

    pub(super) fn ended(&self, handle: &Handle) {
        self.shard(handle).ended(handle);
    }

    pub(super) fn forget(&self, handle: &Handle) -> bool {
        self.shard(handle).forget(handle)
    }

    pub(super) fn touched(&self, handle: &Handle, idle_deadline: Timestamp) {
        self.shard(handle).touched(handle, idle_deadline);
    }

    pub(super) fn joined(&self, handle: &Handle) {
        self.shard(handle).joined();
    }

    pub(super) fn hear(&self, message: &Message) {
        match message {
            Message::Changed { handle, .. } | Message::Ended { handle } => self.shard(handle).hear(message),
            Message::Cleared => self.each(|shard| shard.hear(message)),
        }
    }

    /// A message came that cannot be read.
    pub(super) fn unreadable(&self) {
        lock(&self.shards[0]).unreadable();
    }

    pub(super) fn lay_out(&self, layout: &Arc<Layout>) {
        self.each(|shard| shard.lay_out(Arc::clone(layout)));
    }

    /// Messages come on that feed from here on, in a new generation.
    pub(super) fn subscribed(&self, feed: usize, generation: u64) {
        self.each(|shard| shard.subscribed(feed, generation));
    }

    pub(super) fn proven(&self, feed: usize, generation: u64, sent: Moment) {
        self.each(|shard| shard.proven(feed, generation, sent));
    }

    pub(super) fn lost(&self, feed: usize, generation: u64) {
        self.each(|shard| shard.lost(feed, generation));
    }

    pub(super) fn clear(&self) {
        self.each(Shard::clear);
    }

    pub(super) fn stats(&self) -> CacheStats {
        let mut sum = CacheStats::default();
        self.each(|shard| sum.add(&shard.stats()));
        sum
    }

    pub(super) fn reset_stats(&self) {
        self.each(Shard::reset_stats);
    }

    /// The names of the feeds whose lease is over; nothing if there are no feeds.
    pub(super) fn silent_feeds(&self) -> Option<Vec<String>> {
        lock(&self.shards[0]).silent_feeds(self.now())
    }

    fn each(&self, mut work: impl FnMut(&mut Shard)) {
        self.shards.iter().for_each(|shard| work(&mut lock(shard)));
    }

    fn shard(&self, handle: &Handle) -> MutexGuard<'_, Shard> {
        lock(&self.shards[usize::from(handle.as_bytes()[0]) % self.shards.len()])
    }
}

/// Nothing foreign runs under these locks, so nothing is half done if a thread panicked that held one.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
