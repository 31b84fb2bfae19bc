use std::time::Duration;

/// What a near cache has done since it was made or [reset](super::ClusteredStore::reset_stats), and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStats {
    /// Loads that were answered from the cache, without a store call.
    pub hits: u64,
    /// Those of the hits that were answered "no such session".
    pub negative_hits: u64,
    /// Loads that another load of the same session answered, which was under way.
    pub joined: u64,
    /// Loads that asked the store.
    pub misses: u64,
    /// Those of the misses for which there was a copy, but its lease was over.
    pub unverified: u64,
    /// Those of the misses for which there was a copy, but older than the client had seen.
    pub older_than_hint: u64,
    /// Copies that were shown unverified, to routes that asked for it while the store could not be asked.
    pub unverified_shown: u64,
    /// Copies that made room for others.
    pub evictions: u64,
    /// Copies that were dropped because another node wrote or ended the session.
    pub invalidations: u64,
    /// What was loaded or written and not kept, because a message about it came meanwhile or the feed began anew.
    pub fenced: u64,
    /// Messages that could not be read.
    pub unreadable: u64,
    /// How often a feed began anew and what it told of was erased.
    pub generations: u64,
    /// Copies held.
    pub size: usize,
    /// Their bytes, about.
    pub bytes: usize,
    /// Answers "no such session" held.
    pub negatives: usize,
    /// How far behind a write elsewhere a hit can have been at most.
    pub staleness: Staleness,
}

impl CacheStats {
    /// Copies that were not served although there: [`unverified`](Self::unverified) and
    /// [`older_than_hint`](Self::older_than_hint).
    pub const fn stale_refused(&self) -> u64 {
        self.unverified + self.older_than_hint
    }

    /// Hits by loads; 0 if there was none.
    #[expect(clippy::cast_precision_loss, reason = "a rate, for people")]
    pub fn hit_rate(&self) -> f64 {
        match self.hits + self.joined + self.misses {
            0 => 0.0,
            all => (self.hits + self.joined) as f64 / all as f64,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        let Self { hits, negative_hits, joined, misses, unverified, older_than_hint, .. } = other;
        let Self { unverified_shown, evictions, invalidations, fenced, unreadable, generations, .. } = other;
        self.hits += hits;
        self.negative_hits += negative_hits;
        self.joined += joined;
        self.misses += misses;
        self.unverified += unverified;
        self.older_than_hint += older_than_hint;
        self.unverified_shown += unverified_shown;
        self.evictions += evictions;
        self.invalidations += invalidations;
        self.fenced += fenced;
        self.unreadable += unreadable;
        self.generations = self.generations.max(*generations);
        self.size += other.size;
        self.bytes += other.bytes;
        self.negatives += other.negatives;
        self.staleness.add(&other.staleness);
    }
}

/// For every hit, the age of the proof that it went by: the time since a heartbeat was sent before which no write can have
/// been missed. What a hit was behind in truth is the way of one message; this is the bound that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Staleness {
    counts: [u64; BOUNDS.len() + 1],
    worst: Duration,
}

/// In milliseconds.
const BOUNDS: [u64; 10] = [10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000];

impl Staleness {
    pub(super) fn note(&mut self, lag: Duration) {
        let bucket = BOUNDS.iter().position(|bound| lag <= Duration::from_millis(*bound));
        self.counts[bucket.unwrap_or(BOUNDS.len())] += 1;
        self.worst = self.worst.max(lag);
    }

    /// How many hits went by a proof of at most that age and more than the one before; the last is without a bound.
    pub fn buckets(&self) -> impl Iterator<Item = (Option<Duration>, u64)> {
        let bounds = BOUNDS.iter().map(|bound| Some(Duration::from_millis(*bound))).chain([None]);
        bounds.zip(self.counts)
    }

    /// The oldest proof that a hit went by: less than the lease.
    pub const fn worst(&self) -> Duration {
        self.worst
    }

    fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
        self.worst = self.worst.max(other.worst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hit_is_in_one_bucket() {
        let mut staleness = Staleness::default();
        for ms in [0, 10, 11, 2_000, 60_000] {
            staleness.note(Duration::from_millis(ms));
        }
        let counts: Vec<u64> = staleness.buckets().map(|(_, count)| count).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1]);
        assert_eq!(staleness.worst(), Duration::from_secs(60));
    }

    #[test]
    fn a_rate_of_nothing_is_zero() {
        assert!(CacheStats::default().hit_rate().abs() < f64::EPSILON);
        let stats = CacheStats { hits: 2, joined: 1, misses: 1, ..CacheStats::default() };
        assert!((stats.hit_rate() - 0.75).abs() < f64::EPSILON);
    }
}
