//! How much a shard keeps, and what has to go when it is too much.

use std::time::Duration;

use session::Handle;
use session::record::Record;

use super::super::Moment;
use super::{Absent, Kept, Shard};

impl Shard {
    pub(super) fn keep(&mut self, handle: Handle, record: Record, feed: usize, now: Moment) {
        let weight = weight(&record);
        if weight > self.limits.bytes || self.limits.entries == 0 {
            return;
        }
        let until = now + self.jittered(self.limits.ttl, &handle);
        self.kept.push(handle, Kept { record, feed, at: now, until });
        self.bytes += weight;
        while self.kept.len() > self.limits.entries || self.bytes > self.limits.bytes {
            let Some((_, kept)) = self.kept.pop_lru() else { break };
            self.bytes -= self::weight(&kept.record);
            self.stats.evictions += 1;
        }
    }

    pub(super) fn keep_absent(&mut self, handle: Handle, feed: usize, now: Moment) {
        if self.limits.negatives == 0 {
            return;
        }
        let until = now + self.jittered(self.limits.negative_ttl, &handle);
        self.absent.push(handle, Absent { feed, until });
        while self.absent.len() > self.limits.negatives {
            self.absent.pop_lru();
        }
    }

    pub(super) fn erase(&mut self, which: impl Fn(usize) -> bool) {
        let of = self.kept.iter().filter(|(_, kept)| which(kept.feed)).map(|(handle, _)| *handle);
        let absent = self.absent.iter().filter(|(_, absent)| which(absent.feed)).map(|(handle, _)| *handle);
        let all: Vec<Handle> = of.chain(absent).collect();
        for handle in all {
            self.forget(&handle);
        }
    }

    /// Nine tenths to all of it, by the handle.
    pub(super) fn jittered(&self, span: Duration, handle: &Handle) -> Duration {
        let less = span / 10 * u32::from(handle.as_bytes()[15] ^ self.seed) / 256;
        span.saturating_sub(less)
    }
}

/// A record, and its place in the list and the table.
pub(super) fn weight(record: &Record) -> usize {
    record.fields.len() + size_of::<Kept>() + 64
}
