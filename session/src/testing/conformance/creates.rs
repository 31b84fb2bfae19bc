//! Creates make new sessions, and nothing else does.

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{MS, WINDOW, nonce, rotation, update, with};
use crate::store::{Gone, Write};

/// Law 2: a create finds a live record.
pub fn a_create_never_overwrites_a_live_record<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a create never overwrites a live record");
    let first = t.begin(1);
    let second = Write { nonce: nonce(77), ..with(t.create(1), "second") };
    t.gone_because("a create of a handle that is in use", &second, Gone::Occupied);
    t.stands("after a create of a handle that is in use", 1, &first);
}

/// Law 2: a create finds the mark of a delete.
pub fn a_create_never_overwrites_a_tombstone<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a create never overwrites a tombstone");
    t.begin(1);
    t.delete(1);
    let second = Write { nonce: nonce(77), ..t.create(1) };
    t.gone_because("a create of a deleted handle", &second, Gone::Deleted);
    t.absent("after a create of a deleted handle", 1);
}

/// Law 2: a create that was held up happens until its `not_after`, and not a millisecond later.
pub fn a_create_never_happens_after_its_time<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a create never happens after its time");
    let [in_time, late] = [1, 2].map(|number| t.create(number));
    t.pass(WINDOW);
    let _ = t.committed("a create at the last moment", &in_time);
    t.pass(MS);
    t.gone_because("a create after its time", &late, Gone::TooLate);
    t.absent("after a create that came too late", 2);
}

/// Law 4: an update finds nothing.
pub fn an_update_never_creates<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an update never creates");
    let base = t.begin(1);
    t.gone_because("an update of a session that is not there", &update(2, &base, 1), Gone::Absent);
    t.absent("after an update of a session that was not there", 2);
}

/// Law 4: a rotation finds nothing.
pub fn a_rotation_never_creates<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a rotation never creates");
    let base = t.begin(1);
    t.gone_because("a rotation of a session that is not there", &rotation(2, &base, 1, 2), Gone::Absent);
    t.absent("after a rotation of a session that was not there", 2);
}

/// Law 4: a touch finds nothing.
pub fn a_touch_never_creates<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch never creates");
    t.begin(1);
    let seen = t.touch(2);
    t.expect(seen == Err(Gone::Absent), format_args!("a touch of nothing was answered {seen:?}"));
    t.absent("after a touch of a session that was not there", 2);
}

/// A handle is as good as new after a create that came too late: nothing is left of it.
pub fn a_create_that_was_refused_leaves_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a create that was refused leaves nothing");
    let late = t.create(1);
    t.pass(WINDOW + MS);
    let _ = t.commit("a create after its time", &late);
    let fresh = Write { nonce: nonce(5), ..t.create(1) };
    let made = t.committed("a create in time", &fresh);
    t.stands("after a create in time", 1, &made);
}
