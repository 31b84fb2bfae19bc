use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use session::Handle;
use session::clock::Timestamp;
use session::record::Record;
use session::store::{Commit, Gone, Load, Slot, Touch, Touched, Verdict, Write, decide, decide_touch};

use super::budget::{Budget, Shortage, cost};
use super::deadlines::{Deadlines, Order, Standing, first_until};

/// A part of the sessions, under one lock.
///
/// The maps are trees, not hash tables: a scan goes on from any handle in order without looking at the rest, nothing is
/// ever rehashed under the lock, and what is removed gives its memory back.
#[derive(Debug)]
pub(super) struct Shard {
    budget: Arc<Budget>,
    tombstone_life: Duration,
    /// Live and expired. Boxed, so that the tree moves pointers and not headers.
    records: BTreeMap<Handle, Box<Record>>,
    deadlines: Deadlines,
    /// Ended sessions that a late create could still make anew, and until when.
    tombstones: BTreeMap<Handle, Timestamp>,
    lapses: Order,
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Swept {
    pub(super) records: usize,
    pub(super) tombstones: usize,
}

impl Shard {
    pub(super) fn new(budget: Arc<Budget>, tombstone_life: Duration) -> Self {
        Self {
            budget,
            tombstone_life,
            records: BTreeMap::new(),
            deadlines: Deadlines::default(),
            tombstones: BTreeMap::new(),
            lapses: Order::new(),
        }
    }

    /// What is live.
    pub(super) fn load(&mut self, handle: &Handle, now: Timestamp) -> Load {
        match self.records.get(handle) {
            Some(record) if !record.header.is_expired(now) => Load::Found((**record).clone()),
            Some(_) => {
                self.expire(handle, now);
                Load::Absent
            }
            None => Load::Absent,
        }
    }

    /// Does what [`decide`] says. Where there is no room for it nothing has happened.
    pub(super) fn commit(
        &mut self,
        write: &Write,
        fields: &Bytes,
        now: Timestamp,
    ) -> Result<Commit, Shortage> {
        let over = self.end_if_over(&write.handle, now);
        let slot = self.slot(&write.handle, now);
        Ok(match (decide(slot, write, now), slot) {
            (Verdict::Apply(Record { header, .. }), _) => {
                let record = Record { header, fields: fields.clone() };
                self.put(write.handle, record.clone())?;
                Commit::Committed { record, sealed: None }
            }
            (Verdict::Applied, Slot::Record(record)) => {
                Commit::Committed { record: record.clone(), sealed: None }
            }
            (Verdict::Conflict, Slot::Record(record)) => Commit::Conflict(record.clone()),
            // Of nothing but a record is either said.
            (Verdict::Applied | Verdict::Conflict, _) => Commit::Gone(Gone::Absent),
            (Verdict::Gone(_), _) if over => Commit::Gone(Gone::Expired),
            (Verdict::Gone(gone), _) => Commit::Gone(gone),
            (Verdict::Unknown, _) => Commit::OutcomeUnknown,
        })
    }

    /// Does what [`decide_touch`] says.
    pub(super) fn touch(&mut self, touch: &Touch, now: Timestamp) -> Touched {
        if self.end_if_over(&touch.handle, now) {
            return Touched::Gone(Gone::Expired);
        }
        let moved = match decide_touch(self.slot(&touch.handle, now), touch, now) {
            Ok(moved) => moved,
            Err(gone) => return Touched::Gone(gone),
        };
        let Some(record) = self.records.get_mut(&touch.handle) else { return Touched::Gone(Gone::Absent) };
        if let Some(deadline) = moved {
            self.deadlines.remove(touch.handle, &record.header);
            record.header.idle_deadline = deadline;
            self.deadlines.insert(touch.handle, &record.header);
        }
        Touched::Until { idle_deadline: record.header.idle_deadline, sealed: None }
    }

    /// Ends a live session and lays a tombstone; whether there was one.
    pub(super) fn delete(&mut self, handle: &Handle, now: Timestamp) -> bool {
        let live = !self.end_if_over(handle, now) && self.remove(handle).is_some();
        if live {
            self.bury(*handle, now.after(self.tombstone_life));
        }
        live
    }

    /// Ends a session as [`delete`](Self::delete) does, and lays a tombstone in any case.
    pub(super) fn end(&mut self, handle: &Handle, now: Timestamp) -> bool {
        let live = !self.end_if_over(handle, now) && self.remove(handle).is_some();
        self.bury(*handle, now.after(self.tombstone_life));
        live
    }

    /// Removes `limit` expired records and `limit` lapsed tombstones at the most.
    pub(super) fn sweep(&mut self, now: Timestamp, limit: usize) -> Swept {
        let mut swept = Swept { records: 0, tombstones: 0 };
        while swept.records < limit
            && let Some(handle) = self.deadlines.first_expired(now)
        {
            self.expire(&handle, now);
            swept.records += 1;
        }
        while swept.tombstones < limit
            && let Some(handle) = first_until(&self.lapses, now)
        {
            self.lapses.pop_first();
            self.tombstones.remove(&handle);
            self.budget.tombstone_lapsed();
            swept.tombstones += 1;
        }
        swept
    }

    /// The session that would be missed least, `spared` excepted.
    pub(super) fn idlest(&self, spared: &Handle) -> Option<Standing> {
        self.deadlines.idlest(spared)
    }

    /// Removes that session without a trace, to make room; whether it was there. It is not over, so nothing is lost if
    /// its own late create brings it back.
    pub(super) fn evict(&mut self, handle: &Handle) -> bool {
        let was_there = self.remove(handle).is_some();
        if was_there {
            self.budget.session_evicted();
        }
        was_there
    }

    /// Looks at `limit` records after `after` at the most, adds the live ones, and says how many it looked at and which
    /// was the last.
    pub(super) fn page(
        &self,
        after: Option<Handle>,
        now: Timestamp,
        limit: usize,
        live: &mut Vec<Handle>,
    ) -> (usize, Option<Handle>) {
        let from = after.map_or(Unbounded, Excluded);
        let mut seen = (0, None);
        for (handle, record) in self.records.range((from, Unbounded)).take(limit) {
            seen = (seen.0 + 1, Some(*handle));
            if !record.header.is_expired(now) {
                live.push(*handle);
            }
        }
        seen
    }

    /// How many records have expired. O(that many).
    pub(super) fn expired(&self, now: Timestamp) -> usize {
        self.deadlines.expired(now)
    }

    /// How many records there are, live or expired.
    pub(super) fn total(&self) -> usize {
        self.records.len()
    }

    fn slot(&self, handle: &Handle, now: Timestamp) -> Slot<'_> {
        match (self.records.get(handle), self.tombstones.get(handle)) {
            (Some(record), _) => Slot::Record(record),
            (None, Some(until)) if now < *until => Slot::Tombstone,
            _ => Slot::Vacant,
        }
    }

    fn put(&mut self, handle: Handle, record: Record) -> Result<(), Shortage> {
        let Some(stands) = self.records.get_mut(&handle) else {
            self.budget.take(None, cost(&record))?;
            self.deadlines.insert(handle, &record.header);
            self.records.insert(handle, Box::new(record));
            return Ok(());
        };
        self.budget.take(Some(cost(stands)), cost(&record))?;
        self.deadlines.remove(handle, &stands.header);
        self.deadlines.insert(handle, &record.header);
        **stands = record;
        Ok(())
    }

    fn remove(&mut self, handle: &Handle) -> Option<Box<Record>> {
        let record = self.records.remove(handle)?;
        self.deadlines.remove(*handle, &record.header);
        self.budget.give_back(cost(&record));
        Some(record)
    }

    /// Removes the record of that handle if it has expired; whether it had. Every operation begins with this, so that it
    /// makes no difference whether the session was swept before.
    fn end_if_over(&mut self, handle: &Handle, now: Timestamp) -> bool {
        let over = self.records.get(handle).is_some_and(|record| record.header.is_expired(now));
        if over {
            self.expire(handle, now);
        }
        over
    }

    /// Removes an expired record. Where it was so short-lived that its own create might still be under way, a tombstone
    /// stands in for it: an expired session must not come back either.
    fn expire(&mut self, handle: &Handle, now: Timestamp) {
        let Some(record) = self.remove(handle) else { return };
        let until = record.header.created.after(self.tombstone_life);
        if now < until {
            self.bury(*handle, until);
        }
    }

    fn bury(&mut self, handle: Handle, until: Timestamp) {
        match self.tombstones.insert(handle, until) {
            // Lapsed, not yet swept, and the handle used once more.
            Some(before) => drop(self.lapses.remove(&(before, handle))),
            None => self.budget.tombstone_laid(),
        }
        self.lapses.insert((until, handle));
    }

    /// The bytes of every record, counted one by one, after checking that both orders agree with the maps.
    #[cfg(test)]
    pub(super) fn audit(&self) -> (usize, usize) {
        self.deadlines.audit(&self.records);
        let lapses: Order = self.tombstones.iter().map(|(handle, until)| (*until, *handle)).collect();
        assert_eq!(self.lapses, lapses);
        (self.records.values().map(|record| cost(record)).sum(), self.tombstones.len())
    }
}
