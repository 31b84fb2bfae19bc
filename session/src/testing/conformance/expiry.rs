//! Expired is absent, whatever is still kept of it.

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{IDLE, LAST, LIFE, MS, SECOND, again, living, rotation, update};

/// Law 5: a deadline is the first moment at which a load finds nothing.
pub fn an_expired_session_is_not_found<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session is absent, from its deadline on and not before");
    let base = t.begin(1);
    t.pass(LAST);
    t.stands("a millisecond before its deadline", 1, &base);
    t.pass(MS);
    t.absent("at its deadline", 1);
    t.pass(LIFE);
    t.absent("long after its deadline", 1);
}

/// Law 5: an update of an expired session is as late as one of a deleted session.
pub fn an_expired_session_takes_no_update<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session takes no update");
    let base = t.begin(1);
    t.pass(IDLE);
    t.gone("an update of an expired session", &update(1, &base, 1));
    t.pass(SECOND);
    t.absent("after an update of an expired session", 1);
}

/// Law 5: a login into an expired session needs a new one.
pub fn an_expired_session_takes_no_rotation<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session takes no rotation");
    let base = t.begin(1);
    t.pass(IDLE);
    t.gone("a rotation of an expired session", &rotation(1, &base, 1, 2));
    t.pass(SECOND);
    t.absent("after a rotation of an expired session", 1);
}

/// Laws 5 and 10: a commit that was made in time is told so as long as the session lives, and no longer: how long an
/// expired record is still kept is the store's own business, so nobody may learn it from an answer.
pub fn an_expired_session_knows_no_commit_that_was_made_in_time<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session does not know a commit that was made in time");
    let base = t.begin(1);
    let write = update(1, &base, 1);
    let _ = t.committed("an update", &write);
    t.pass(IDLE);
    t.gone("a retry of an update of an expired session", &again(&write));
    t.pass(SECOND);
    t.absent("after a retry of an update of an expired session", 1);
}

/// Law 5: a touch comes in time or not at all.
pub fn an_expired_session_takes_no_touch<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session takes no touch");
    t.begin(1);
    t.pass(IDLE);
    let seen = t.touch(1);
    t.expect(seen.is_err(), format_args!("a touch of an expired session was answered {seen:?}"));
    t.pass(SECOND);
    t.absent("after a touch of an expired session", 1);
}

/// Law 5: a delete of an expired session ended nothing.
pub fn an_expired_session_is_not_there_to_be_deleted<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session is not there to be deleted");
    t.begin(1);
    t.pass(IDLE);
    t.expect(!t.delete(1), "a delete of an expired session was answered that there was one");
}

/// Law 5: a touched session lives until its new deadline.
pub fn a_touched_session_is_found_until_its_new_deadline<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touched session is found until its new deadline, and no longer");
    t.begin(1);
    t.pass(IDLE / 2);
    let _ = t.touch(1);
    t.pass(LAST);
    t.found(1);
    t.pass(SECOND);
    t.absent("after the new deadline", 1);
}

/// Law 5: however much a session is used, it ends at its absolute deadline.
pub fn the_absolute_deadline_ends_a_session_that_is_always_used<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "the absolute deadline ends a session that is always used");
    let end = t.begin(1).header.absolute_deadline;
    while t.now() < end {
        t.found(1);
        let _ = t.touch(1);
        t.pass(IDLE / 2);
    }
    t.pass(SECOND);
    t.absent("after its absolute deadline", 1);
}

/// Laws 3 and 5: a session so short-lived that its own create may come once more after it has ended.
pub fn an_expired_session_never_comes_back_by_its_own_create<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an expired session never comes back by its own delayed create");
    let create = living(t.create(1), SECOND);
    let _ = t.committed("a create", &create);
    t.pass(MS);
    for _ in 0..40 {
        t.pass(SECOND);
        t.gone("a delayed create of an expired session", &again(&create));
        t.absent("after a delayed create of an expired session", 1);
    }
}
