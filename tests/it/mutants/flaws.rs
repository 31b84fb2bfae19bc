//! What is wrong with each mutant, and what its rules say because of it.

use std::time::Duration;

use session::clock::Timestamp;
use session::record::{Credential, Record};
use session::store::{Condition, Gone, Shown, Touch, Verdict, Write};

use super::store::{Entry, Kept, MS, SECOND, a_record};

/// One broken rule each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    // Updates.
    ForgetsThatCookiesPersist,
    KeepsTheOldPrincipal,
    AStaleBaseApplies,
    ComparesRevisionsOnly,
    ComparesCommitsOnly,
    TrustsNewerRevisions,
    RevisionZeroIsNoCondition,
    ConflictsTellHalf,
    DeletesWhatLooksAlike,
    CommitsMoveDeadlinesBack,
    CommitsPassTheAbsoluteDeadline,
    LowersTheSchemaVersion,
    LowersTheOldestReader,
    // Creates.
    CreatesOverwrite,
    TombstonesStopTheirOwnCreateOnly,
    CreatesAreNeverTooLate,
    RefusedCreatesLeaveATombstone,
    UpdatesCreate,
    RotationsCreate,
    TouchesCreate,
    // Ends.
    UpdatesReviveOnceTheMarkIsGone,
    RotationsReviveOnceTheMarkIsGone,
    TouchesReviveOnceTheMarkIsGone,
    RetriedCreatesRevive,
    TombstonesAreShort,
    OneLoadSeesTheDeleted,
    DeletesTwice,
    RotatedSessionsCannotBeDeleted,
    JunkCounts,
    JunkLeavesATombstone,
    // Expiry.
    ExpiresAMillisecondLate,
    TheExpiredTakeUpdates,
    TheExpiredTakeRotations,
    TheExpiredTakeTouches,
    TheExpiredKnowTheirCommits,
    TheExpiredCanBeDeleted,
    LoadsForgetTouches,
    TouchesGoOnForEver,
    TheExpiredMakeRoomForTheirCreate,
    // Touches.
    TouchesTellTheOldDeadline,
    TouchesCountAsCommits,
    TouchesDropFields,
    TouchesPassTheAbsoluteDeadline,
    TouchesMoveBack,
    ThresholdsAreIgnored,
    ThresholdsMustBePassed,
    TouchesAddUp,
    // Secrets.
    OldSecretsCommit,
    OldSecretsTouch,
    NewSecretsTouchNothing,
    AnySecretCommits,
    AnySecretTouches,
    ThereIsNoGrace,
    GraceNeverEnds,
    TheRecognisedAreAdmitted,
    // Retries.
    TheLastCommitIsRepeated,
    AttemptsAreCommits,
    KnowsTheLastCommitOnly,
    RetriedCreatesAreRefused,
    LooksAtTheSecretFirst,
    ALostAnswerIsAlwaysUnknown,
    TheRingEndsTooEarly,
    NothingIsUnknown,
    LateIsUnknown,
    // Threads.
    TearsUpdates,
    TearsCreates,
    TearsRotations,
    DeletesAreOvertaken,
    // Batches.
    BatchesLeaveOutTheAbsent,
    BatchesForgetTouches,
    BatchesShowTheExpired,
    // Outages.
    AnOutageIsAbsentToBatches,
    AnOutageIsAbsent,
    AnOutageIsGoneToCommits,
    AnUnsentCommitApplies,
    AnOutageIsGoneToTouches,
    AnOutageEndsNothing,
    AnOutageIsHealthy,
    AFailedLoadEvicts,
    // Memory.
    NeverForgetsTheExpired,
    NeverForgetsTheDeleted,
    KeepsALogForEver,
    JunkTakesMemory,
    // Scans.
    LargePagesAreEmpty,
    ScansCountPlaces,
    ScansShowTheExpired,
    CountsTheExpired,
    ClearingSparesOne,
    ClearingLeavesNoTombstones,
}

fn is_update(write: &Write) -> bool {
    matches!(write.condition, Condition::Matches { .. }) && !write.times.rotation.rotates()
}

fn is_create(write: &Write) -> bool {
    matches!(write.condition, Condition::Absent { .. })
}

impl Flaw {
    /// What stands there, as the mutant sees it.
    pub(super) fn sees(self, there: Option<&Entry>, write: &Write, now: Timestamp) -> Option<Entry> {
        let there = there?;
        let blind = match (self, there) {
            (Self::TombstonesStopTheirOwnCreateOnly, Entry::Tombstone { was: Some(was), .. }) => {
                is_create(write) && !was.record.header.ring.contains(write.nonce)
            }
            (Self::RetriedCreatesRevive, Entry::Tombstone { .. }) => is_create(write) && write.answer_lost,
            (Self::TheExpiredMakeRoomForTheirCreate, Entry::Record(kept)) => {
                is_create(write) && kept.record.header.is_expired(now)
            }
            _ => false,
        };
        (!blind).then(|| there.clone())
    }

    /// When it is, as the mutant sees it.
    pub(super) fn time(self, write: &Write, there: Option<&Entry>, now: Timestamp) -> Timestamp {
        let Some(Entry::Record(kept)) = there else { return now };
        let made = kept.record.header.ring.contains(write.nonce);
        let ignored = match self {
            Self::TheExpiredTakeUpdates => is_update(write) && !made,
            Self::TheExpiredKnowTheirCommits => is_update(write) && made,
            Self::TheExpiredTakeRotations => write.times.rotation.rotates(),
            _ => false,
        };
        if ignored { before_the_end(kept, now) } else { now }
    }

    pub(super) fn touch_time(self, there: Option<&Entry>, now: Timestamp) -> Timestamp {
        match (self, there) {
            (Self::TheExpiredTakeTouches, Some(Entry::Record(kept))) => before_the_end(kept, now),
            _ => now,
        }
    }

    /// The write, as the mutant understands it.
    pub(super) fn bends(self, there: Option<&Entry>, write: &Write, now: Timestamp) -> Write {
        let mut bent = write.clone();
        match (&mut bent.condition, there) {
            (Condition::Absent { not_after }, _) if self == Self::CreatesAreNeverTooLate => {
                *not_after = Timestamp::from_millis(u64::MAX);
            }
            (Condition::Matches { stamp, proof }, Some(Entry::Record(kept))) => {
                let header = &kept.record.header;
                let present = header.stamp();
                let trusted = match self {
                    Self::AStaleBaseApplies => {
                        stamp.revision > 0 && stamp.revision + 1 == present.revision && !write.answer_lost
                    }
                    Self::ComparesRevisionsOnly => stamp.revision == present.revision,
                    Self::ComparesCommitsOnly => {
                        stamp.revision == present.revision && stamp.nonce.is_same_commit(present.nonce)
                    }
                    Self::TrustsNewerRevisions => stamp.revision > present.revision,
                    Self::RevisionZeroIsNoCondition => stamp.revision == 0,
                    _ => false,
                };
                if trusted {
                    *stamp = present;
                }
                if let Some(credential) = &header.credential {
                    *proof = self.admits(kept, credential, proof, now, true);
                }
            }
            _ => {}
        }
        bent
    }

    pub(super) fn bends_touch(self, there: Option<&Entry>, touch: &Touch, now: Timestamp) -> Touch {
        let mut bent = touch.clone();
        if let Some(Entry::Record(kept)) = there
            && let Some(credential) = &kept.record.header.credential
            && let Shown::Secret(proof) = &touch.shown
        {
            bent.shown = Shown::Secret(self.admits(kept, credential, proof, now, false));
        }
        match self {
            Self::ThresholdsAreIgnored => bent.threshold = Duration::ZERO,
            Self::ThresholdsMustBePassed if !touch.threshold.is_zero() => bent.threshold += MS,
            _ => {}
        }
        bent
    }

    /// The proof for which the mutant takes this one.
    fn admits(
        self,
        kept: &Kept,
        credential: &Credential,
        proof: &session::Proof,
        now: Timestamp,
        commits: bool,
    ) -> session::Proof {
        let header = &kept.record.header;
        let previous = credential.previous.as_ref().filter(|previous| previous.proof == *proof);
        let old = kept.first == Some(*proof) && credential.previous.is_none();
        let new = credential.proof == *proof && header.rotations > 0;
        let admitted = match self {
            Self::OldSecretsCommit => commits && old,
            Self::OldSecretsTouch => !commits && old,
            Self::AnySecretCommits => commits && header.rotations == 0,
            Self::AnySecretTouches => !commits && header.rotations == 0,
            Self::GraceNeverEnds => previous.is_some_and(|previous| previous.next.is_some()),
            Self::TheRecognisedAreAdmitted => previous.is_some_and(|previous| now < previous.until),
            _ => false,
        };
        let refused = match self {
            Self::NewSecretsTouchNothing => !commits && new,
            Self::ThereIsNoGrace => previous.is_some(),
            _ => false,
        };
        match (admitted, refused) {
            (true, _) => credential.proof,
            (_, true) => session::Proof::from_bytes([0xee; 32]),
            _ => *proof,
        }
    }

    /// What the mutant makes of a right verdict.
    pub(super) fn judges(
        self,
        verdict: Verdict,
        there: Option<&Entry>,
        write: &Write,
        now: Timestamp,
        (known, deleted): (bool, bool),
    ) -> Verdict {
        let anew =
            || Verdict::Apply(Record { header: write.header(None, now), fields: write.fields.clone() });
        let record = match there {
            Some(Entry::Record(kept)) => Some(&kept.record),
            _ => None,
        };
        let over = || {
            let header = write.header(record.map(|record| &record.header), now);
            Verdict::Apply(Record { header, fields: write.fields.clone() })
        };
        let last = record.map(|record| record.header.ring.newest());
        let newest = last.is_some_and(|last| last.is_same_commit(write.nonce));
        let exactly = last == Some(write.nonce);
        let gap = match (&write.condition, record) {
            (Condition::Matches { stamp, .. }, Some(record)) => {
                record.header.revision.checked_sub(stamp.revision)
            }
            _ => None,
        };
        match (self, verdict) {
            (Self::CreatesOverwrite, Verdict::Gone(Gone::Occupied)) => anew(),
            (Self::UpdatesCreate, Verdict::Gone(Gone::Absent)) if is_update(write) && !known => anew(),
            (Self::RotationsCreate, Verdict::Gone(Gone::Absent))
                if write.times.rotation.rotates() && !known =>
            {
                anew()
            }
            (Self::UpdatesReviveOnceTheMarkIsGone, Verdict::Gone(Gone::Absent))
                if is_update(write) && deleted =>
            {
                anew()
            }
            (Self::RotationsReviveOnceTheMarkIsGone, Verdict::Gone(Gone::Absent))
                if write.times.rotation.rotates() && deleted =>
            {
                anew()
            }
            (Self::TheLastCommitIsRepeated, Verdict::Applied) if exactly && is_update(write) => over(),
            (Self::AttemptsAreCommits, Verdict::Applied) if newest && !exactly => Verdict::Conflict,
            (Self::KnowsTheLastCommitOnly, Verdict::Applied) if !newest && !is_create(write) => {
                Verdict::Conflict
            }
            (Self::RetriedCreatesAreRefused, Verdict::Applied) if is_create(write) => {
                Verdict::Gone(Gone::Occupied)
            }
            (Self::LooksAtTheSecretFirst, Verdict::Applied) if write.times.rotation.rotates() => {
                Verdict::Gone(Gone::Rotated)
            }
            (Self::ALostAnswerIsAlwaysUnknown, Verdict::Conflict) if write.answer_lost => Verdict::Unknown,
            (Self::TheRingEndsTooEarly, Verdict::Conflict) if write.answer_lost && gap == Some(8) => {
                Verdict::Unknown
            }
            (Self::NothingIsUnknown, Verdict::Unknown) => Verdict::Conflict,
            (Self::LateIsUnknown, Verdict::Conflict) if gap.is_some_and(|gap| gap > 8) => Verdict::Unknown,
            (_, verdict) => verdict,
        }
    }

    /// What the mutant stores instead of the right record.
    pub(super) fn spoils(self, made: &mut Record, before: Option<&Record>, write: &Write, now: Timestamp) {
        let header = &mut made.header;
        match (self, before) {
            (Self::ForgetsThatCookiesPersist, _) => header.persistent = false,
            (Self::KeepsTheOldPrincipal, Some(before)) => header.principal = before.header.principal,
            (Self::CommitsMoveDeadlinesBack, Some(_)) => {
                header.idle_deadline = now.after(write.times.idle_span).min(header.absolute_deadline);
            }
            (Self::CommitsPassTheAbsoluteDeadline, Some(before)) => {
                header.idle_deadline = now.after(write.times.idle_span).max(before.header.idle_deadline);
            }
            (Self::LowersTheSchemaVersion, _) => header.schema_version = write.draft.schema_version,
            (Self::LowersTheOldestReader, _) => header.min_reader = write.draft.min_reader,
            _ => {}
        }
    }

    /// What the mutant answers a conflict with.
    pub(super) fn tells(self, mut record: Record) -> Record {
        if self == Self::ConflictsTellHalf {
            record.header.lineage = [0; 16];
        }
        record
    }

    /// The record that a touch makes of nothing.
    pub(super) fn touches_into_being(
        self,
        there: Option<&Entry>,
        known: bool,
        deleted: bool,
        now: Timestamp,
    ) -> Option<Record> {
        let makes = match self {
            Self::TouchesCreate => there.is_none() && !known,
            Self::TouchesReviveOnceTheMarkIsGone => there.is_none() && deleted,
            _ => false,
        };
        makes.then(|| a_record(now))
    }

    /// Does a touch that is to be made, and says what it is answered with.
    pub(super) fn moves(
        self,
        kept: &mut Kept,
        moved: Option<Timestamp>,
        touch: &Touch,
        now: Timestamp,
    ) -> Timestamp {
        let header = &mut kept.record.header;
        let before = header.idle_deadline;
        header.idle_deadline = moved.unwrap_or(before);
        let wanted = now.after(header.idle_span);
        match self {
            Self::TouchesTellTheOldDeadline => return before,
            Self::TouchesCountAsCommits => header.revision += 1,
            Self::TouchesDropFields => kept.record.fields = bytes::Bytes::new(),
            Self::TouchesPassTheAbsoluteDeadline if wanted > header.absolute_deadline => return wanted,
            Self::TouchesGoOnForEver if moved.is_none() && wanted > before && touch.threshold.is_zero() => {
                header.idle_deadline = wanted;
                header.absolute_deadline = header.absolute_deadline.max(wanted);
            }
            Self::TouchesMoveBack if touch.threshold.is_zero() => {
                header.idle_deadline = wanted.min(header.absolute_deadline);
            }
            Self::TouchesAddUp if kept.touched_at == Some(now) => {
                header.idle_deadline = before.after(SECOND).min(header.absolute_deadline);
            }
            Self::TheExpiredTakeTouches if header.is_expired(now) => header.idle_deadline = wanted,
            _ => {}
        }
        kept.touched_at = Some(now);
        kept.record.header.idle_deadline
    }
}

/// The last moment at which the session was not over.
fn before_the_end(kept: &Kept, now: Timestamp) -> Timestamp {
    let end = kept.record.header.deadline().as_millis();
    now.min(Timestamp::from_millis(end.saturating_sub(1)))
}
