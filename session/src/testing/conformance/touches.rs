//! A touch moves the idle deadline and nothing else.

use std::time::Duration;

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{IDLE, LIFE, MS, SECOND, living, proof, update};
use crate::record::Record;
use crate::store::Absolute;

/// Law 6: the idle deadline is one idle span after the touch.
pub fn a_touch_moves_the_idle_deadline_on<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch moves the idle deadline on");
    t.begin(1);
    t.pass(60 * SECOND);
    let expected = t.now().after(IDLE);
    t.equal("the answer to a touch", t.touch(1), Ok(expected));
    t.equal("the idle deadline", t.found(1).header.idle_deadline, expected);
}

/// Law 6: data and stamp stay, so whoever loaded the session before can still commit.
pub fn a_touch_changes_nothing_but_the_idle_deadline<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch changes nothing but the idle deadline");
    let base = t.begin(1);
    t.pass(60 * SECOND);
    let _ = t.touch(1);
    let seen = t.found(1);
    let mut header = base.header.clone();
    header.idle_deadline = seen.header.idle_deadline;
    t.same("after a touch", &seen, &Record { header, fields: base.fields.clone() });
    let _ = t.committed("an update of what was loaded before a touch", &update(1, &base, 1));
}

/// Law 6: being used does not prolong a session for ever.
pub fn a_touch_never_passes_the_absolute_deadline<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch never passes the absolute deadline");
    let mut create = t.create(1);
    create.times.absolute = Absolute::Span(IDLE + 10 * SECOND);
    let end = t.committed("a create", &create).header.absolute_deadline;
    t.pass(60 * SECOND);
    t.equal("the answer to a touch", t.touch(1), Ok(end));
    t.equal("the idle deadline", t.found(1).header.idle_deadline, end);
}

/// Law 6: after a commit that shortened the idle span, the deadline that it kept stands.
pub fn a_touch_never_moves_a_deadline_back<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch never moves a deadline back");
    let base = t.begin(1);
    let shorter = t.committed("an update of a shorter idle span", &living(update(1, &base, 1), SECOND));
    let before = shorter.header.idle_deadline;
    t.equal("the answer to a touch", t.touch(1), Ok(before));
    t.equal("the idle deadline", t.found(1).header.idle_deadline, before);
}

/// Law 6: a touch is a write only if it is worth one; it is answered all the same.
pub fn a_touch_below_its_threshold_does_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch below its threshold does nothing");
    let before = t.begin(1).header.idle_deadline;
    t.pass(59_999 * MS);
    t.equal("the answer to a touch below", t.touch_by(1, proof(1), 60 * SECOND), Ok(before));
    t.equal("the idle deadline", t.found(1).header.idle_deadline, before);
}

/// Law 6: a gain of exactly the threshold is worth it.
pub fn a_touch_at_its_threshold_is_made<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a touch at its threshold is made");
    t.begin(1);
    t.pass(60 * SECOND);
    let expected = t.now().after(IDLE);
    t.equal("the answer to a touch", t.touch_by(1, proof(1), 60 * SECOND), Ok(expected));
    t.equal("the idle deadline", t.found(1).header.idle_deadline, expected);
}

/// Law 6: of two touches in one moment the second gains nothing and is answered the same.
pub fn a_touch_twice_is_a_touch_once<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "touching twice is touching once");
    let base = living(t.create(1), 10 * SECOND);
    let _ = t.committed("a create", &base);
    t.pass(SECOND);
    let [first, second] = [(); 2].map(|()| t.touch_by(1, proof(1), Duration::ZERO));
    t.equal("the answer to the second touch", second, first);
    t.expect(t.now().after(LIFE) > t.found(1).header.idle_deadline, "a touch of ten seconds gave half a day");
}
