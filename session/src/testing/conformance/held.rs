//! What holds of a write to a record that the client keeps and has shown. Nobody can say whether it is the newest one; what
//! it says of itself still counts.

use std::time::Duration;

use super::sealed::{create, open, seal};
use super::subject::Sealing;
use super::trial::Trial;
use super::writes::{IDLE, LAST, LIFE, MS, SECOND, handle, living, nonce, proof, update};
use crate::record::{Principal, Record};
use crate::store::{Commit, Condition, Gone, Rotation, Store as _, Touch, Touched, Write};

/// An update of `base`, which the client has shown.
pub(super) fn held(base: &Record, by: u64) -> Write {
    let mut write = update(1, base, by);
    write.condition = Condition::Held(Box::new(base.header.clone()));
    write
}

/// Somebody signs in to `base`.
fn sign_in(base: &Record, by: u64) -> Write {
    let mut write = held(base, by);
    write.draft.principal = Principal([5; 16]);
    (write.times.authenticates, write.times.rotation) = (true, Rotation::Strict);
    write
}

/// The record that a write makes.
#[track_caller]
fn committed<S: Sealing>(t: &Trial<'_, S>, write: &Write) -> Record {
    seal(t, write).0
}

#[track_caller]
fn gone<S: Sealing>(t: &Trial<'_, S>, what: &str, write: &Write) -> Gone {
    match t.commit(what, write) {
        Commit::Gone(why) => why,
        other => t.broken(format_args!("{what} was answered {other:?}, and not Gone")),
    }
}

#[track_caller]
fn touch<S: Sealing>(t: &Trial<'_, S>, record: &Record, threshold: Duration) -> Touched {
    let touch = Touch::held(handle(1), record.clone(), threshold);
    t.answer("a touch", t.subject.run(t.subject.store().touch(&touch)))
}

/// The record that a touch seals.
#[track_caller]
fn touched<S: Sealing>(t: &Trial<'_, S>, record: &Record) -> Record {
    let seen = touch(t, record, Duration::ZERO);
    let Touched::Until { idle_deadline, sealed: Some(sealed) } = seen else {
        t.broken(format_args!("a touch was answered {seen:?}, and not with a sealed record"))
    };
    let Some(record) = open(t, &sealed) else { t.broken("what a touch sealed does not open") };
    t.equal("the idle deadline in what a touch sealed", record.header.idle_deadline, idle_deadline);
    record
}

/// Created, and authenticated, once and for all.
pub fn an_update_keeps_when_a_held_session_began<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "an update keeps when a held session began");
    let created = committed(&t, &create(&t));
    t.pass(SECOND);
    let signed_in = committed(&t, &sign_in(&created, 1));
    t.expect(signed_in.header.authenticated_at.is_some(), "who authenticated is not dated");
    t.pass(SECOND);
    let updated = committed(&t, &held(&signed_in, 2));
    t.equal("the time of creation", updated.header.created, created.header.created);
    let (seen, expected) = (updated.header.authenticated_at, signed_in.header.authenticated_at);
    t.equal("the time of authentication", seen, expected);
}

/// However often it is written.
pub fn an_update_keeps_when_a_held_session_ends<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "an update keeps when a held session ends");
    let created = committed(&t, &create(&t));
    t.pass(SECOND);
    let updated = committed(&t, &held(&created, 1));
    let (seen, expected) = (updated.header.absolute_deadline, created.header.absolute_deadline);
    t.equal("the absolute deadline", seen, expected);
    let idle = updated.header.idle_deadline.since(created.header.idle_deadline);
    t.equal("what the idle deadline gained in a second", idle, SECOND);
}

/// Of two records, the one from the other is known by it.
pub fn every_commit_to_a_held_record_is_a_revision_more<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "every commit to a held record is a revision more");
    let mut record = committed(&t, &create(&t));
    for revision in 1..4 {
        t.equal("the revision", record.header.revision, revision);
        record = committed(&t, &held(&record, revision));
    }
}

/// What revocation goes by.
pub fn strict_rotations_of_a_held_record_are_counted<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "strict rotations of a held record are counted");
    let created = committed(&t, &create(&t));
    let before = created.header.strict_rotations;
    let signed_in = committed(&t, &sign_in(&created, 1));
    t.equal("the number of strict rotations", signed_in.header.strict_rotations, before + 1);
    let updated = committed(&t, &held(&signed_in, 2));
    t.equal("the number of strict rotations after an update", updated.header.strict_rotations, before + 1);
}

/// Law 5, at the first moment of it.
pub fn a_held_record_that_expired_takes_no_update<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a held record that expired takes no update");
    let record = committed(&t, &create(&t));
    t.pass(LAST);
    let _ = committed(&t, &held(&record, 1));
    t.pass(MS);
    t.equal("the reason", gone(&t, "an update", &held(&record, 2)), Gone::Expired);
}

/// Law 5, at the first moment of it.
pub fn a_held_record_that_expired_takes_no_touch<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a held record that expired takes no touch");
    let record = committed(&t, &create(&t));
    t.pass(IDLE);
    let seen = touch(&t, &record, Duration::ZERO);
    t.expect(matches!(seen, Touched::Gone(Gone::Expired)), format_args!("a touch was answered {seen:?}"));
}

/// Law 2, as far as it concerns time.
pub fn a_held_record_is_never_created_after_its_time<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a held record is never created after its time");
    let write = create(&t);
    let Condition::Absent { not_after } = write.condition else { t.broken("it is no create") };
    t.pass(not_after.since(t.now()));
    let _ = committed(&t, &write);
    t.pass(MS);
    t.equal("the reason", gone(&t, "a create", &write), Gone::TooLate);
}

/// There is nothing that a secret could open.
pub fn a_secret_commits_nothing_to_a_held_record<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a secret commits nothing to a held record");
    let record = committed(&t, &create(&t));
    let _ = gone(&t, "an update by a secret", &update(1, &record, 1));
    let mut write = held(&record, 2);
    write.condition = Condition::Matches { stamp: record.header.stamp(), proof: proof(0) };
    write.nonce = nonce(2);
    let _ = gone(&t, "an update by another secret", &write);
}

/// There is nothing that a secret could open.
pub fn a_secret_touches_no_held_record<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a secret touches no held record");
    let _ = committed(&t, &create(&t));
    t.pass(SECOND);
    let seen = t.answer("a touch", t.try_touch(1, proof(1), Duration::ZERO));
    t.expect(matches!(seen, Touched::Gone(_)), format_args!("a touch by a secret was answered {seen:?}"));
}

/// The client is given another text.
pub fn a_touch_seals_a_held_record_with_a_later_idle_deadline<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a touch seals a held record with a later idle deadline");
    let record = committed(&t, &create(&t));
    t.pass(SECOND);
    let gained = touched(&t, &record).header.idle_deadline.since(record.header.idle_deadline);
    t.equal("what the idle deadline gained in a second", gained, SECOND);
}

/// Law 6.
pub fn a_touch_of_a_held_record_changes_nothing_else<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a touch of a held record changes nothing but the idle deadline");
    let mut record = committed(&t, &create(&t));
    t.pass(SECOND);
    let touched = touched(&t, &record);
    record.header.idle_deadline = touched.header.idle_deadline;
    t.same("after a touch", &touched, &record);
}

/// Law 6.
pub fn a_touch_of_a_held_record_never_passes_the_absolute_deadline<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a touch of a held record never passes the absolute deadline");
    let mut record = committed(&t, &create(&t));
    let end = record.header.absolute_deadline;
    while end.since(t.now()) > LAST {
        t.pass(LAST);
        record = touched(&t, &record);
        t.expect(record.header.idle_deadline <= end, "a touch moved the idle deadline past the absolute one");
    }
    t.equal("the idle deadline near the end", record.header.idle_deadline, end);
    t.expect(t.now().since(record.header.created) < LIFE, "the session lived for too long");
}

/// Law 6.
pub fn a_touch_of_a_held_record_never_moves_its_deadline_back<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a touch of a held record never moves its deadline back");
    let record = committed(&t, &living(create(&t), 2 * IDLE));
    let shorter = committed(&t, &living(held(&record, 1), IDLE));
    t.equal("the idle deadline", shorter.header.idle_deadline, record.header.idle_deadline);
    t.pass(SECOND);
    let seen = touch(&t, &shorter, Duration::ZERO);
    let Touched::Until { idle_deadline, .. } = seen else {
        t.broken(format_args!("a touch was answered {seen:?}"))
    };
    t.equal("the idle deadline after a touch", idle_deadline, record.header.idle_deadline);
}

/// It would be another cookie with every response.
pub fn a_touch_of_a_held_record_below_its_threshold_does_nothing<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a touch of a held record below its threshold does nothing");
    let record = committed(&t, &create(&t));
    t.pass(SECOND);
    let seen = touch(&t, &record, SECOND + MS);
    let idle = record.header.idle_deadline;
    t.expect(
        matches!(seen, Touched::Until { idle_deadline, sealed: None } if idle_deadline == idle),
        format_args!("a touch below its threshold was answered {seen:?}"),
    );
    let seen = touch(&t, &record, SECOND);
    t.expect(
        matches!(seen, Touched::Until { sealed: Some(_), .. }),
        format_args!("a touch at its threshold was answered {seen:?}"),
    );
}
