//! Finding sessions by the values of indexed fields: one roll for each value, under the lock of its shard.
//!
//! A session and its values are in different shards, and nothing holds two locks: a commit joins its rolls first, is made,
//! and leaves those that it is not of any more. In between the session is a member that cannot be loaded yet.

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::collections::{BTreeMap, BTreeSet};

use session::clock::Timestamp;
use session::store::{Commit, Entry, Listing, Member, Roll, Term, Write};
use session::{Error, Handle};

use super::{Inner, MemoryStore, SWEEP_PER_WRITE, lock};

/// Signing in is rare beside everything else.
const SHARDS: usize = 16;

/// All rolls.
#[derive(Debug, Default)]
pub(super) struct Index {
    kept: AtomicUsize,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    rolls: BTreeMap<Term, Roll>,
    /// From when on something of a roll can be swept up, or all of it.
    ends: BTreeSet<(Timestamp, Term)>,
}

impl Index {
    /// How many members and bars there are.
    pub(super) fn kept(&self) -> usize {
        self.kept.load(Relaxed)
    }

    /// Does something to the roll of a term at one moment.
    fn at<V>(
        &self,
        term: &Term,
        clock: impl FnOnce() -> Timestamp,
        work: impl FnOnce(&mut Roll, Timestamp) -> V,
    ) -> V {
        let mut shard = lock(&self.shards[usize::from(term.as_bytes()[15]) % SHARDS]);
        // Asked under the lock, so that of a bar and a login the later one has the later time.
        let now = clock();
        self.sweep(&mut shard, now, SWEEP_PER_WRITE);
        self.change(&mut shard, *term, |roll| work(roll, now))
    }

    /// Changes a roll, and keeps the account and the order of what ends.
    fn change<V>(&self, shard: &mut Shard, term: Term, work: impl FnOnce(&mut Roll) -> V) -> V {
        let roll = shard.rolls.entry(term).or_default();
        let before = (roll.kept(), roll.ends());
        let answer = work(roll);
        let after = (roll.kept(), roll.ends());
        if after.0 == 0 {
            shard.rolls.remove(&term);
        }
        self.kept.fetch_add(after.0, Relaxed);
        self.kept.fetch_sub(before.0, Relaxed);
        if before.1 != after.1 {
            before.1.map(|ends| shard.ends.remove(&(ends, term)));
            after.1.map(|ends| shard.ends.insert((ends, term)));
        }
        answer
    }

    /// Sweeps some of the rolls that are over as a whole; the others are swept when they are used.
    fn sweep(&self, shard: &mut Shard, now: Timestamp, most: usize) {
        for _ in 0..most {
            let over = |(ends, _): &(Timestamp, Term)| *ends < now;
            let Some((_, term)) = shard.ends.first().copied().filter(over) else { return };
            self.change(shard, term, |roll| roll.sweep(now));
        }
    }

    /// Removes everything whose time is over.
    pub(super) fn sweep_all(&self, now: Timestamp) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            let terms: Vec<_> = shard.rolls.keys().copied().collect();
            for term in terms {
                self.change(&mut shard, term, |roll| roll.sweep(now));
            }
        }
    }
}

impl Inner {
    fn roll<V>(&self, term: &Term, work: impl FnOnce(&mut Roll, Timestamp) -> V) -> V {
        self.index.at(term, || self.clock.now(), work)
    }

    fn end(&self, handle: &Handle) -> bool {
        self.at(handle, |shard, now| {
            let answer = shard.end(handle, now);
            shard.sweep(now, SWEEP_PER_WRITE);
            answer
        })
    }

    /// A commit that says something to the indexes.
    pub(super) fn commit_listed(&self, write: &Write, listing: &Listing) -> Result<Commit, Error> {
        let Some(entry) = write.entry(self.clock.now()) else { return self.commit(write) };
        if let Some(limit) = listing.limit {
            for member in &listing.evicts {
                self.end(&member.handle);
                self.roll(&limit.term, |roll, _| roll.unlist(member));
            }
        }
        let mut joined = Vec::new();
        for term in &listing.adds {
            match self.roll(term, |roll, now| roll.admit(&entry, listing.most(term), now)) {
                Ok(true) => joined.push(*term),
                Ok(false) => {}
                Err(refusal) => {
                    self.withdraw(&joined, &entry);
                    return Ok(refusal.into());
                }
            }
        }
        let answer = self.commit(write);
        match &answer {
            Ok(Commit::Committed { .. }) => {
                // Not what the record is now: an earlier attempt may have been made, and others' commits after it.
                for term in &listing.removes {
                    self.roll(term, |roll, _| roll.leave(&write.handle, entry.stamp));
                }
            }
            // An earlier attempt may have been made.
            Ok(Commit::OutcomeUnknown) => {}
            Ok(Commit::Conflict(_) | Commit::Gone(_) | Commit::Full(_)) | Err(_) => {
                self.withdraw(&joined, &entry);
            }
        }
        answer
    }

    fn withdraw(&self, terms: &[Term], entry: &Entry) {
        for term in terms {
            self.roll(term, |roll, _| roll.withdraw(entry));
        }
    }
}

impl session::store::Index for MemoryStore {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        Ok(self.0.roll(term, Roll::members))
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        Ok(self.0.roll(term, |roll, now| roll.bar(except.copied(), now)))
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        Ok(self.0.end(handle))
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        self.0.roll(term, |roll, _| members.iter().for_each(|member| roll.unlist(member)));
        Ok(())
    }
}
