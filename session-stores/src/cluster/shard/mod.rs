//! What one part of the cache knows, as plain data: it is given the time, asks nobody, and one lock is around all of it.
//! So every order in which concurrent actions can happen is an order of calls here, and a test can go through them.
//!
//! A session is, for a shard,
//!
//! * *absent*: nothing is known. A load of it takes a **ticket**, which is a placeholder, and asks the store;
//! * *awaited*: there are tickets. A message about the session is noted on each of them;
//! * *kept*: a record and its stamp, or the answer that there is no such session. It is served while the lease of its
//!   feed lives, the TTL and the record's own deadlines are not over, and the client has not seen more;
//! * *unverified*: kept, but the lease is over. Nobody is served but routes that asked for it; a new subscription erases it.
//!
//! What two actions at once do:
//!
//! | first | then | outcome |
//! |---|---|---|
//! | load begins | message, load ends | not kept, unless the record has the message's stamp (*fence*) |
//! | load begins | feed begins anew, load ends | not kept: messages may have been missed (*generation*) |
//! | load begins | own commit ends, load ends | not kept unless it has the commit's stamp |
//! | commit begins | its own message, commit ends | kept: equal stamp |
//! | commit begins | another's later message, commit ends | not kept, and the copy from before goes |
//! | kept | message with another stamp, higher or lower | gone |
//! | kept | message with its stamp | as it was |
//! | kept | feed lost | unverified |
//! | unverified | subscribed | gone, before anything is served (*erase*) |
//! | awaited | the load is given up | absent |

mod room;

use std::sync::Arc;
use std::time::Duration;

use lru::LruCache;
use session::Handle;
use session::clock::Timestamp;
use session::record::Record;
use session::store::Freshness;

use super::Moment;
use super::feed::Feed;
use super::layout::Layout;
use super::message::Message;
use super::stats::CacheStats;
use super::switches::Switches;
use super::tickets::{Change, Origin, Ticket, Tickets};

/// How much a shard keeps, and for how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) entries: usize,
    pub(super) bytes: usize,
    pub(super) negatives: usize,
    pub(super) ttl: Duration,
    pub(super) negative_ttl: Duration,
    pub(super) unverified_ttl: Duration,
    pub(super) lease: Duration,
}

pub(super) struct Shard {
    limits: Limits,
    switches: Switches,
    /// Spreads the ends of what was kept at one moment, differently on every node.
    seed: u8,
    layout: Arc<Layout>,
    feeds: Vec<Feed>,
    kept: LruCache<Handle, Kept>,
    bytes: usize,
    absent: LruCache<Handle, Absent>,
    tickets: Tickets,
    stats: CacheStats,
}

struct Kept {
    record: Record,
    feed: usize,
    at: Moment,
    until: Moment,
}

/// There was no such session.
struct Absent {
    feed: usize,
    until: Moment,
}

/// What a look into the cache gives.
#[expect(clippy::large_enum_variant, reason = "moved once, by value; a box would be an allocation per load")]
pub(super) enum Look {
    Found(Record),
    Absent,
    /// The load with that ticket's number is under way and will do.
    Join(u64),
    /// Ask the store, and come back with the ticket.
    Ask(Ticket),
}

/// What the store says of a session.
#[expect(clippy::large_enum_variant, reason = "moved once, by value; a box would be an allocation per load")]
pub(super) enum Answer {
    Found(Record),
    Absent,
}

impl Shard {
    pub(super) fn new(limits: Limits, switches: Switches, seed: u8) -> Self {
        Self {
            limits,
            switches,
            seed,
            layout: Arc::new(Layout::none()),
            feeds: Vec::new(),
            kept: LruCache::unbounded(),
            bytes: 0,
            absent: LruCache::unbounded(),
            tickets: Tickets::default(),
            stats: CacheStats::default(),
        }
    }

    /// What is known of the session, or a ticket to ask the store with. `date` is the store's time.
    pub(super) fn look(&mut self, handle: &Handle, wanted: Freshness, now: Moment, date: Timestamp) -> Look {
        let feed = self.layout.feed_of(handle);
        let lag = self.lag(feed, now);
        if let Some(kept) = self.kept.get(handle)
            && now < kept.until
            && !kept.record.header.is_expired(date)
        {
            let is_seen = matches!(wanted, Freshness::AtLeast(seen) if kept.record.header.revision < seen);
            match lag {
                _ if is_seen => self.stats.older_than_hint += 1,
                None => self.stats.unverified += 1,
                Some(lag) => {
                    self.stats.hits += 1;
                    self.stats.staleness.note(lag);
                    return Look::Found(kept.record.clone());
                }
            }
        } else if let (Some(lag), Freshness::Promised, Some(absent)) = (lag, wanted, self.absent.get(handle))
            && now < absent.until
        {
            self.stats.hits += 1;
            self.stats.negative_hits += 1;
            self.stats.staleness.note(lag);
            return Look::Absent;
        }
        // A load that began earlier will do if nothing has happened since: it is at most as far behind as a copy would be.
        if lag.is_some()
            && let Some(load) = self.tickets.joinable(handle, self.generation(feed))
        {
            return Look::Join(load);
        }
        Look::Ask(self.begin(handle, Origin::Load))
    }

    /// The copy of the session, verified or not.
    pub(super) fn copy(&mut self, handle: &Handle, now: Moment, date: Timestamp) -> Option<Record> {
        let kept = self.kept.peek(handle)?;
        let is_usable = now < kept.at + self.limits.unverified_ttl && !kept.record.header.is_expired(date);
        let record = is_usable.then(|| kept.record.clone())?;
        self.stats.unverified_shown += 1;
        Some(record)
    }

    /// Takes a ticket: from here on messages about the session are noted.
    pub(super) fn begin(&mut self, handle: &Handle, origin: Origin) -> Ticket {
        if origin == Origin::Load {
            self.stats.misses += 1;
        }
        let feed = self.layout.feed_of(handle);
        self.tickets.begin(handle, origin, feed, self.generation(feed))
    }

    /// The store's answer to what the ticket stands for. It is kept if nothing has happened since; otherwise nothing is,
    /// since a copy from before may be older than that.
    pub(super) fn end(&mut self, ticket: &Ticket, answer: Answer, now: Moment) {
        let Some(awaited) = self.tickets.take(ticket) else { return };
        let change = match &answer {
            Answer::Found(record) => Change::To(record.header.stamp()),
            Answer::Absent => Change::Ended,
        };
        let is_current = !self.switches.generation || self.is_current(ticket);
        let is_last = !self.switches.fence || awaited.agrees(change);
        self.forget(&ticket.handle);
        match (is_current && is_last, awaited.origin) {
            (true, origin) => self.tickets.confirm(&ticket.handle, change, origin),
            // What this node wrote is written, whether it is kept or not.
            (false, Origin::Write) => self.tickets.doubt(&ticket.handle),
            (false, Origin::Load) => {}
        }
        let Some(feed) = ticket.feed.filter(|_| is_current && is_last) else {
            self.stats.fenced += 1;
            return;
        };
        match answer {
            Answer::Found(record) => self.keep(ticket.handle, record, feed, now),
            Answer::Absent => self.keep_absent(ticket.handle, feed, now),
        }
    }

    /// Gives a ticket back without an answer. Of a write that may have been made: what was kept from before goes.
    pub(super) fn give_up(&mut self, ticket: &Ticket) {
        if self.tickets.take(ticket).is_some_and(|awaited| awaited.origin == Origin::Write) {
            self.forget(&ticket.handle);
        }
    }

    /// A write that surely was not made: the ticket goes, and what is kept is as good as before.
    pub(super) fn nothing_happened(&mut self, ticket: &Ticket) {
        self.tickets.take(ticket);
    }

    /// A message came.
    pub(super) fn hear(&mut self, message: &Message) {
        match message {
            Message::Changed { handle, stamp } => {
                let is_known =
                    self.kept.peek(handle).is_some_and(|kept| kept.record.header.stamp() == *stamp);
                if !is_known && self.forget(handle) {
                    self.stats.invalidations += 1;
                }
                self.tickets.hear(handle, Change::To(*stamp));
            }
            Message::Ended { handle } => self.ended(handle),
            Message::Cleared => {
                self.erase(|_| true);
                self.tickets.hear_all(Change::Ended);
            }
        }
    }

    /// The session has ended, here or elsewhere.
    pub(super) fn ended(&mut self, handle: &Handle) {
        if self.forget(handle) {
            self.stats.invalidations += 1;
        }
        self.tickets.hear(handle, Change::Ended);
    }

    /// Drops what is kept of a session; whether a record was.
    pub(super) fn forget(&mut self, handle: &Handle) -> bool {
        self.absent.pop(handle);
        let Some(kept) = self.kept.pop(handle) else { return false };
        self.bytes -= room::weight(&kept.record);
        true
    }

    /// The idle deadline that the store said. Touching leaves the stamp, so nobody else is told.
    pub(super) fn touched(&mut self, handle: &Handle, idle_deadline: Timestamp) {
        if let Some(kept) = self.kept.peek_mut(handle) {
            let header = &mut kept.record.header;
            header.idle_deadline = header.idle_deadline.max(idle_deadline);
        }
    }

    /// Other feeds from now on: everything is dropped, and nothing that is under way will be kept.
    pub(super) fn lay_out(&mut self, layout: Arc<Layout>) {
        self.feeds = vec![Feed::default(); layout.feeds().len()];
        self.layout = layout;
        self.erase(|_| true);
        self.tickets.hear_all(Change::Ended);
    }

    /// Messages come from here on. What was kept before may have changed while none came: it is erased, under the same
    /// lock, before anything can be served again.
    pub(super) fn subscribed(&mut self, feed: usize, generation: u64) {
        let Some(state) = self.feeds.get_mut(feed) else { return };
        state.subscribed(generation);
        self.stats.generations += 1;
        if self.switches.erase_on_reconnect {
            self.erase(|of| of == feed);
        }
    }

    /// A heartbeat that was sent then has come back.
    pub(super) fn proven(&mut self, feed: usize, generation: u64, sent: Moment) {
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.prove(generation, sent);
        }
    }

    /// No messages come any more.
    pub(super) fn lost(&mut self, feed: usize, generation: u64) {
        if let Some(feed) = self.feeds.get_mut(feed) {
            feed.lost(generation);
        }
    }

    /// The feeds whose lease is over; nothing if there are none at all.
    pub(super) fn silent_feeds(&self, now: Moment) -> Option<Vec<String>> {
        let feeds = self.layout.feeds();
        let is_silent = |feed: &usize| self.feeds[*feed].lag(now, self.limits.lease).is_none();
        (!feeds.is_empty())
            .then(|| (0..feeds.len()).filter(is_silent).map(|feed| feeds[feed].clone()).collect())
    }

    pub(super) fn clear(&mut self) {
        self.erase(|_| true);
    }

    pub(super) const fn joined(&mut self) {
        self.stats.joined += 1;
    }

    pub(super) const fn unreadable(&mut self) {
        self.stats.unreadable += 1;
    }

    pub(super) fn stats(&self) -> CacheStats {
        let (size, negatives) = (self.kept.len(), self.absent.len());
        CacheStats { size, bytes: self.bytes, negatives, ..self.stats }
    }

    pub(super) fn reset_stats(&mut self) {
        self.stats = CacheStats::default();
    }

    /// How old the proof is that the feed's messages have come; none if the lease is over.
    fn lag(&self, feed: Option<usize>, now: Moment) -> Option<Duration> {
        let feed = self.feeds.get(feed?)?;
        match self.switches.lease {
            true => feed.lag(now, self.limits.lease),
            false => Some(Duration::ZERO),
        }
    }

    fn generation(&self, feed: Option<usize>) -> u64 {
        feed.and_then(|feed| self.feeds.get(feed)).map_or(0, Feed::generation)
    }

    fn is_current(&self, ticket: &Ticket) -> bool {
        self.generation(ticket.feed) == ticket.generation
    }
}
