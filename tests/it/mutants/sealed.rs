//! A store whose client keeps the records, and what is broken in its mutants. Its seal is a checksum that anybody could
//! make: enough to tell right from wrong, and nothing to copy.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use session::clock::{Clock as _, ManualClock, Timestamp};
use session::record::Record;
use session::store::{
    Capabilities, ClientSide, Commit, Condition, Gone, Health, Load, Locator, Shown, Store, Touch, Touched,
    Write, decide_held, decide_held_touch,
};
use session::testing::conformance::{OnClock, sealed_laws};
use session::{Error, Handle};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    OpensWithoutFields,
    WritesAnyBytes,
    NeverExpires,
    ComparesHalfTheSeal,
    IgnoresWhatFollows,
    TrustsLengths,
    BeginsAnew,
    ForgetsWhoAuthenticated,
    ProlongsWithUpdates,
    RevisionsStandStill,
    RotationsAreNotCounted,
    TheExpiredTakeUpdates,
    TheExpiredTakeTouches,
    CreatesAreNeverTooLate,
    SecretsCommit,
    SecretsTouch,
    TouchesAreNotSealed,
    TouchesCountAsCommits,
    TouchesPassTheAbsoluteDeadline,
    TouchesMoveBack,
    ThresholdsAreIgnored,
    ThresholdsMustBePassed,
}

#[derive(Debug)]
struct Sealed {
    flaw: Flaw,
    clock: Arc<ManualClock>,
}

fn checksum(bytes: &[u8]) -> [u8; 8] {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish().to_le_bytes()
}

impl Sealed {
    /// `length · record · checksum`, in base64url
    fn seal(&self, record: &Record) -> Vec<u8> {
        let bytes = record.encode();
        let length = u32::try_from(bytes.len()).expect("a small record");
        let sealed = [&length.to_le_bytes()[..], &bytes, &checksum(&bytes)].concat();
        match self.flaw {
            Flaw::WritesAnyBytes => sealed,
            _ => URL_SAFE_NO_PAD.encode(sealed).into_bytes(),
        }
    }

    fn open(&self, text: &[u8]) -> Result<Option<Record>, Error> {
        let sealed = match self.flaw {
            Flaw::WritesAnyBytes => text.to_vec(),
            _ => match URL_SAFE_NO_PAD.decode(text) {
                Ok(sealed) => sealed,
                Err(_) => return Ok(None),
            },
        };
        let Some((length, rest)) = sealed.split_first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_le_bytes(*length) as usize;
        if self.flaw == Flaw::TrustsLengths && length > 1 << 24 {
            return Err(Error::too_large(length, 1 << 24));
        }
        let Some((bytes, seal)) = rest.split_at_checked(length) else { return Ok(None) };
        let (compared, exact) = match self.flaw {
            Flaw::ComparesHalfTheSeal => (4, true),
            Flaw::IgnoresWhatFollows => (8, false),
            _ => (8, true),
        };
        if seal.len() < 8 || (exact && seal.len() > 8) || seal[..compared] != checksum(bytes)[..compared] {
            return Ok(None);
        }
        let mut record = Record::decode(&bytes.to_vec().into()).map_err(Error::corrupt)?;
        if self.flaw == Flaw::OpensWithoutFields {
            record.fields.clear();
        }
        let over = record.header.is_expired(self.clock.now()) && self.flaw != Flaw::NeverExpires;
        Ok((!over).then_some(record))
    }

    fn decide(&self, write: &Write, now: Timestamp) -> Result<Record, Gone> {
        let mut record = match (self.flaw, decide_held(write, now)) {
            (Flaw::TheExpiredTakeUpdates, Err(Gone::Expired))
            | (Flaw::CreatesAreNeverTooLate, Err(Gone::TooLate))
            | (Flaw::SecretsCommit, Err(Gone::Absent)) => {
                let held = match &write.condition {
                    Condition::Held(header) => Some(&**header),
                    _ => None,
                };
                Record { header: write.header(held, now), fields: write.fields.clone() }
            }
            (_, decided) => decided?,
        };
        if let Condition::Held(held) = &write.condition {
            let header = &mut record.header;
            match self.flaw {
                Flaw::BeginsAnew => header.created = now,
                Flaw::ForgetsWhoAuthenticated if !write.times.authenticates => header.authenticated_at = None,
                Flaw::ProlongsWithUpdates => {
                    let life = held.absolute_deadline.since(held.created);
                    header.absolute_deadline = now.after(life);
                }
                Flaw::RevisionsStandStill => header.revision = held.revision,
                Flaw::RotationsAreNotCounted => header.strict_rotations = 0,
                _ => {}
            }
        }
        Ok(record)
    }

    fn decide_touch(&self, touch: &Touch, now: Timestamp) -> Result<(Record, Option<Timestamp>), Gone> {
        let mut touch = touch.clone();
        match self.flaw {
            Flaw::ThresholdsAreIgnored => touch.threshold = Duration::ZERO,
            Flaw::ThresholdsMustBePassed => touch.threshold += Duration::from_millis(1),
            _ => {}
        }
        let decided = decide_held_touch(&touch, now).map(|(record, moved)| (record.clone(), moved));
        let Shown::Record(shown) = &touch.shown else { return decided };
        let (record, moved) = match (self.flaw, decided) {
            (Flaw::TheExpiredTakeTouches, Err(Gone::Expired)) => (Record::clone(shown), None),
            (_, decided) => decided?,
        };
        let wanted = now.after(record.header.idle_span);
        let moved = match self.flaw {
            Flaw::TouchesPassTheAbsoluteDeadline => moved.map(|_| wanted),
            Flaw::TouchesMoveBack => Some(wanted.min(record.header.absolute_deadline)),
            _ => moved,
        };
        Ok((record, moved))
    }
}

impl Store for Sealed {
    type Kind = ClientSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        let Locator::Sealed(sealed) = at else { return Ok(Load::Absent) };
        Ok(self.open(sealed)?.map_or(Load::Absent, Load::Found))
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        Ok(match self.decide(write, self.clock.now()) {
            Ok(record) => Commit::Committed { sealed: Some(self.seal(&record)), record },
            Err(gone) => Commit::Gone(gone),
        })
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        let now = self.clock.now();
        let (mut record, moved) = match self.decide_touch(touch, now) {
            Ok(decided) => decided,
            Err(_) if self.flaw == Flaw::SecretsTouch && matches!(touch.shown, Shown::Secret(_)) => {
                return Ok(Touched::Until { idle_deadline: now, sealed: None });
            }
            Err(gone) => return Ok(Touched::Gone(gone)),
        };
        let idle_deadline = moved.unwrap_or(record.header.idle_deadline);
        record.header.idle_deadline = idle_deadline;
        if self.flaw == Flaw::TouchesCountAsCommits {
            record.header.revision += 1;
        }
        let sealed = moved.filter(|_| self.flaw != Flaw::TouchesAreNotSealed).map(|_| self.seal(&record));
        Ok(Touched::Until { idle_deadline, sealed })
    }

    async fn delete(&self, _: &Handle) -> Result<bool, Error> {
        Ok(false)
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        Ok(Health::default())
    }

    fn capabilities(&self) -> Capabilities {
        let mut capabilities = Capabilities::default();
        capabilities.client_side = true;
        capabilities
    }
}

session::conformance! {
    mod laws;
    subject = OnClock::new(|clock| Sealed { flaw: Flaw::None, clock });
    only = [sealed];
}

#[test]
fn broken_seals_are_found() {
    // What all laws of touches begin with.
    let sealing: &[_] = &[
        "a_touch_seals_a_held_record_with_a_later_idle_deadline",
        "a_touch_of_a_held_record_changes_nothing_else",
        "a_touch_of_a_held_record_never_passes_the_absolute_deadline",
        "a_touch_of_a_held_record_below_its_threshold_does_nothing",
    ];
    let threshold: &[_] = &["a_touch_of_a_held_record_below_its_threshold_does_nothing"];
    let expected: [(Flaw, &[&str]); 22] = [
        (
            Flaw::OpensWithoutFields,
            &["a_sealed_record_opens_to_what_was_committed", "a_touch_of_a_held_record_changes_nothing_else"],
        ),
        (Flaw::WritesAnyBytes, &["a_sealed_record_is_written_in_base64url"]),
        (Flaw::NeverExpires, &["an_expired_sealed_record_is_absent"]),
        (Flaw::ComparesHalfTheSeal, &["a_forged_record_is_absent"]),
        (Flaw::IgnoresWhatFollows, &["a_cut_or_lengthened_record_is_absent"]),
        // A forged length is junk.
        (Flaw::TrustsLengths, &["a_forged_record_is_absent", "junk_is_absent"]),
        (Flaw::BeginsAnew, &["an_update_keeps_when_a_held_session_began"]),
        (Flaw::ForgetsWhoAuthenticated, &["an_update_keeps_when_a_held_session_began"]),
        (Flaw::ProlongsWithUpdates, &["an_update_keeps_when_a_held_session_ends"]),
        (Flaw::RevisionsStandStill, &["every_commit_to_a_held_record_is_a_revision_more"]),
        (Flaw::RotationsAreNotCounted, &["strict_rotations_of_a_held_record_are_counted"]),
        (Flaw::TheExpiredTakeUpdates, &["a_held_record_that_expired_takes_no_update"]),
        (Flaw::TheExpiredTakeTouches, &["a_held_record_that_expired_takes_no_touch"]),
        (Flaw::CreatesAreNeverTooLate, &["a_held_record_is_never_created_after_its_time"]),
        (Flaw::SecretsCommit, &["a_secret_commits_nothing_to_a_held_record"]),
        (Flaw::SecretsTouch, &["a_secret_touches_no_held_record"]),
        (Flaw::TouchesAreNotSealed, sealing),
        (Flaw::TouchesCountAsCommits, &["a_touch_of_a_held_record_changes_nothing_else"]),
        (
            Flaw::TouchesPassTheAbsoluteDeadline,
            &["a_touch_of_a_held_record_never_passes_the_absolute_deadline"],
        ),
        // It does not look at the threshold either.
        (Flaw::TouchesMoveBack, &["a_touch_of_a_held_record_never_moves_its_deadline_back", threshold[0]]),
        (Flaw::ThresholdsAreIgnored, threshold),
        (Flaw::ThresholdsMustBePassed, threshold),
    ];
    let mut found = BTreeSet::new();
    for (flaw, expected) in expected {
        let mut broken = BTreeSet::new();
        for law in sealed_laws() {
            let subject = OnClock::new(|clock| Sealed { flaw, clock });
            if catch_unwind(AssertUnwindSafe(|| (law.run)(&subject))).is_err() {
                broken.insert(law.name);
            }
        }
        assert_eq!(broken, expected.iter().copied().collect(), "{flaw:?}");
        found.extend(broken);
    }
    let all = sealed_laws::<OnClock<Sealed>>().iter().map(|law| law.name).collect();
    assert_eq!(found, all, "every law can be broken");
}
