//! What a server is to keep and to say of sessions: what `decide` and `decide_touch` make of it, for as long as keys stay.

use std::collections::BTreeMap;
use std::time::Duration;

use session::Handle;
use session::clock::Timestamp;
use session::record::Record;
use session::store::{Commit, Gone, Member, Slot, Touch, Touched, Verdict, Write, decide, decide_touch};

/// How long keys are kept beyond what they hold, with a clock that the test has.
pub(super) const SLACK: Duration = Duration::from_secs(120);
const TOMBSTONE_LIFE: Duration = Duration::from_secs(60);

/// An answer, with records as their bytes, and members by their handles.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    Committed(Vec<u8>),
    Conflict(Vec<u8>),
    Gone(Gone),
    Unknown,
    Full(Vec<Member>),
    Until(Timestamp),
    Ended(bool),
    Members(Vec<Member>),
    Done,
}

impl Said {
    pub(super) fn members(mut members: Vec<Member>) -> Self {
        members.sort_by_key(|member| member.handle);
        Self::Members(members)
    }
}

impl From<Commit> for Said {
    fn from(commit: Commit) -> Self {
        match commit {
            Commit::Committed { record, sealed: None } => Self::Committed(record.encode()),
            Commit::Conflict(record) => Self::Conflict(record.encode()),
            Commit::Gone(why) => Self::Gone(why),
            Commit::OutcomeUnknown => Self::Unknown,
            Commit::Full(mut members) => {
                members.sort_by_key(|member| member.handle);
                Self::Full(members)
            }
            other @ Commit::Committed { .. } => panic!("{other:?}"),
        }
    }
}

impl From<Touched> for Said {
    fn from(touched: Touched) -> Self {
        match touched {
            Touched::Until { idle_deadline, .. } => Self::Until(idle_deadline),
            Touched::Gone(why) => Self::Gone(why),
        }
    }
}

/// What is kept under a handle, and until when.
struct Kept {
    /// A record, or the mark of a delete.
    what: Result<Record, Timestamp>,
    until: Timestamp,
}

/// Everything that is kept of sessions.
#[derive(Default)]
pub(super) struct Shelf(BTreeMap<Handle, Kept>);

impl Shelf {
    pub(super) fn sweep(&mut self, now: Timestamp) {
        self.0.retain(|_, kept| now < kept.until);
    }

    fn slot(&self, handle: &Handle, now: Timestamp) -> Slot<'_> {
        match self.0.get(handle).map(|kept| &kept.what) {
            Some(Ok(record)) => Slot::Record(record),
            Some(Err(until)) if now < *until => Slot::Tombstone,
            _ => Slot::Vacant,
        }
    }

    pub(super) fn record(&self, handle: &Handle) -> Option<&Record> {
        self.0.get(handle)?.what.as_ref().ok()
    }

    /// What stands under the key.
    pub(super) fn value(&self, handle: &Handle) -> Option<Vec<u8>> {
        Some(match &self.0.get(handle)?.what {
            Ok(record) => record.encode(),
            Err(until) => [&[0], until.as_millis().to_le_bytes().as_slice()].concat(),
        })
    }

    /// When the last key goes.
    pub(super) fn ends(&self) -> Option<Timestamp> {
        self.0.values().map(|kept| kept.until).max()
    }

    fn keep(&mut self, handle: Handle, record: Record, now: Timestamp) {
        let deadline = record.header.deadline().max(record.header.created.after(TOMBSTONE_LIFE));
        let until = deadline.max(now).after(SLACK);
        self.0.insert(handle, Kept { what: Ok(record), until });
    }

    pub(super) fn commit(&mut self, write: &Write, now: Timestamp) -> Commit {
        let handle = write.handle;
        match (decide(self.slot(&handle, now), write, now), self.record(&handle)) {
            (Verdict::Apply(record), _) => {
                self.keep(handle, record.clone(), now);
                Commit::Committed { record, sealed: None }
            }
            (Verdict::Applied, Some(record)) => Commit::Committed { record: record.clone(), sealed: None },
            (Verdict::Conflict, Some(record)) => Commit::Conflict(record.clone()),
            (Verdict::Gone(why), _) => Commit::Gone(why),
            (Verdict::Unknown, _) => Commit::OutcomeUnknown,
            (verdict, None) => panic!("{verdict:?} of nothing"),
        }
    }

    pub(super) fn touch(&mut self, touch: &Touch, now: Timestamp) -> Said {
        let handle = touch.handle;
        match (decide_touch(self.slot(&handle, now), touch, now), self.record(&handle)) {
            (Err(why), _) => Said::Gone(why),
            (Ok(None), Some(record)) => Said::Until(record.header.idle_deadline),
            (Ok(Some(deadline)), Some(record)) => {
                let mut touched = record.clone();
                touched.header.idle_deadline = deadline;
                self.keep(handle, touched, now);
                Said::Until(deadline)
            }
            (Ok(_), None) => panic!("a touch of nothing"),
        }
    }

    fn lives(&self, handle: &Handle, now: Timestamp) -> bool {
        self.record(handle).is_some_and(|record| !record.header.is_expired(now))
    }

    pub(super) fn delete(&mut self, handle: &Handle, now: Timestamp) -> Said {
        match self.lives(handle, now) {
            true => self.end(handle, now),
            false => Said::Ended(false),
        }
    }

    pub(super) fn end(&mut self, handle: &Handle, now: Timestamp) -> Said {
        let lives = self.lives(handle, now);
        let until = now.after(TOMBSTONE_LIFE);
        self.0.insert(*handle, Kept { what: Err(until), until: until.after(SLACK) });
        Said::Ended(lives)
    }

    /// Where the clock goes if it should go to `moment`: not into the last seconds of what is kept, of which the server's
    /// own clock, which does not stand still, leaves nobody knows how much.
    pub(super) fn certain(&self, mut moment: Timestamp) -> Timestamp {
        let uncertain = Duration::from_secs(20);
        let is_uncertain = |kept: &&Kept, moment| moment < kept.until && kept.until.since(moment) < uncertain;
        while let Some(kept) = self.0.values().find(|kept| is_uncertain(kept, moment)) {
            moment = kept.until;
        }
        moment
    }
}
