//! The laws of [`Index`](super::Index) as a plain data structure: who is of one term, and who may join.

use std::collections::BTreeMap;

use super::{Commit, Entry, Gone, LOGIN_LIFE, Member};
use crate::clock::Timestamp;
use crate::record::Stamp;
use crate::token::Handle;

/// The members of one term.
///
/// A store that can run Rust between reading and writing keeps one for each term, and does everything to it under its
/// lock; one that cannot (Redis) mirrors it in its scripts. Nothing here asks for the time: `now` is the store's.
#[derive(Debug, Clone, Default)]
pub struct Roll {
    members: BTreeMap<Handle, Standing>,
    bar: Option<Bar>,
}

#[derive(Debug, Clone, Copy)]
struct Standing {
    until: Timestamp,
    added: Timestamp,
    stamp: Stamp,
}

/// What began at or before `at` is refused.
#[derive(Debug, Clone, Copy)]
struct Bar {
    at: Timestamp,
    except: Option<Handle>,
}

impl Bar {
    fn dooms(&self, handle: &Handle, added: Timestamp) -> bool {
        added <= self.at && self.except.as_ref() != Some(handle)
    }
}

/// Why a session does not become a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The commit is not to be made.
    Gone(Gone),
    /// As many as may be are members already: these.
    Full(Vec<Member>),
}

impl From<Refusal> for Commit {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Gone(gone) => Self::Gone(gone),
            Refusal::Full(members) => Self::Full(members),
        }
    }
}

impl Roll {
    /// Makes a session a member, or its membership last until then as well; whether it was none before.
    ///
    /// Nothing that another commit has said is lost by it, which may be made while this one is refused: neither the later
    /// deadline nor the higher revision.
    ///
    /// # Errors
    /// Its request began before the term was barred, or too long ago to know, or there is a limit of `most` and others have
    /// reached it. Then nothing has changed.
    pub fn admit(&mut self, entry: &Entry, most: Option<u32>, now: Timestamp) -> Result<bool, Refusal> {
        self.sweep(now);
        let stands = self.members.get(&entry.handle).copied();
        if entry.authenticates && entry.since.after(LOGIN_LIFE) < now {
            return Err(Refusal::Gone(Gone::TooLate));
        }
        let began = stands.map_or(entry.since, |stands| stands.added.min(entry.since));
        if self.bar.is_some_and(|bar| bar.dooms(&entry.handle, began)) {
            return Err(Refusal::Gone(Gone::Revoked));
        }
        if let (None, Some(most)) = (stands, most) {
            let counted: Vec<_> = self.listed().filter(|member| !member.doomed).collect();
            if counted.len() as u64 >= u64::from(most) {
                return Err(Refusal::Full(counted));
            }
        }
        let Entry { handle, until, stamp, .. } = *entry;
        let standing = stands.map_or(Standing { until, added: now, stamp }, |stands| {
            let revision = stamp.revision.max(stands.stamp.revision);
            Standing { until: until.max(stands.until), stamp: Stamp { revision, ..stamp }, ..stands }
        });
        self.members.insert(handle, standing);
        Ok(stands.is_none())
    }

    /// Takes back what [`admit`](Self::admit) did for a commit that was not made, unless another one has said the same.
    pub fn withdraw(&mut self, entry: &Entry) {
        self.remove(&entry.handle, |stamp| stamp == entry.stamp);
    }

    /// Takes a session out whose commit `made` that state of it, be it the present one or not; not if a later commit has
    /// added it again.
    pub fn leave(&mut self, handle: &Handle, made: Stamp) {
        self.remove(handle, |stamp| stamp.revision < made.revision);
    }

    /// Takes a member out if it is as it was seen.
    pub fn unlist(&mut self, seen: &Member) {
        self.remove(&seen.handle, |stamp| stamp == seen.stamp);
    }

    fn remove(&mut self, handle: &Handle, is_meant: impl FnOnce(Stamp) -> bool) {
        if self.members.get(handle).is_some_and(|standing| is_meant(standing.stamp)) {
            self.members.remove(handle);
        }
    }

    /// Refuses what began by now, except for one session that is not to end already; who is a member.
    pub fn bar(&mut self, except: Option<Handle>, now: Timestamp) -> Vec<Member> {
        // Who was to end and is over is nobody any more, or the answer would depend on when somebody sweeps.
        self.sweep(now);
        let except =
            except.filter(|handle| !self.listed().any(|member| member.doomed && member.handle == *handle));
        let at = self.bar.map_or(now, |bar| bar.at.max(now));
        self.bar = Some(Bar { at, except });
        self.listed().collect()
    }

    /// Who is a member.
    pub fn members(&mut self, now: Timestamp) -> Vec<Member> {
        self.sweep(now);
        self.listed().collect()
    }

    fn listed(&self) -> impl Iterator<Item = Member> + '_ {
        self.members.iter().map(|(&handle, &Standing { until, added, stamp })| {
            let doomed = self.bar.is_some_and(|bar| bar.dooms(&handle, added));
            Member { handle, until, added, stamp, doomed }
        })
    }

    /// Forgets what is over.
    pub fn sweep(&mut self, now: Timestamp) {
        self.members.retain(|_, standing| now < standing.until);
        let dooms = |bar: &Bar| self.listed().any(|member| bar.dooms(&member.handle, member.added));
        self.bar = self.bar.filter(|bar| now <= bar.at.after(LOGIN_LIFE) || dooms(bar));
    }

    /// From when on a [`sweep`](Self::sweep) leaves nothing of it; nothing if that is now.
    pub fn ends(&self) -> Option<Timestamp> {
        let members = self.members.values().map(|standing| standing.until).max();
        members.max(self.bar.map(|bar| bar.at.after(LOGIN_LIFE)))
    }

    /// How much it holds: members, and the bar.
    pub fn kept(&self) -> usize {
        self.members.len() + usize::from(self.bar.is_some())
    }
}

#[cfg(test)]
#[path = "roll_tests.rs"]
mod tests;
