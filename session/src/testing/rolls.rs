use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::store::{Commit, Entry, Roll, Term, Write};

/// The members of every term, for a store that does everything under one lock.
#[derive(Debug, Clone, Default)]
pub struct Rolls(BTreeMap<Term, Roll>);

impl Rolls {
    /// The roll of a term.
    pub fn of(&mut self, term: &Term) -> &mut Roll {
        self.0.entry(*term).or_default()
    }

    /// Does what a write says to the indexes, and with it `commit` itself.
    pub fn commit(&mut self, write: &Write, now: Timestamp, commit: impl FnOnce() -> Commit) -> Commit {
        let (Some(listing), Some(entry)) = (write.listing.as_deref(), write.entry(now)) else {
            return commit();
        };
        if let Some(limit) = listing.limit {
            listing.evicts.iter().for_each(|member| self.of(&limit.term).unlist(member));
        }
        let mut joined = Vec::new();
        for term in &listing.adds {
            match self.of(term).admit(&entry, listing.most(term), now) {
                Ok(true) => joined.push(*term),
                Ok(false) => {}
                Err(refusal) => {
                    self.withdraw(&joined, &entry);
                    return refusal.into();
                }
            }
        }
        let answer = commit();
        match &answer {
            Commit::Committed { .. } => {
                listing.removes.iter().for_each(|term| self.of(term).leave(&write.handle, entry.stamp));
            }
            Commit::OutcomeUnknown => {}
            Commit::Conflict(_) | Commit::Gone(_) | Commit::Full(_) => self.withdraw(&joined, &entry),
        }
        answer
    }

    fn withdraw(&mut self, terms: &[Term], entry: &Entry) {
        for term in terms {
            self.of(term).withdraw(entry);
        }
    }

    /// Forgets what is over.
    pub fn sweep(&mut self, now: Timestamp) {
        self.0.retain(|_, roll| {
            roll.sweep(now);
            roll.kept() > 0
        });
    }

    /// How many members and bars there are.
    pub fn kept(&self) -> usize {
        self.0.values().map(Roll::kept).sum()
    }
}
