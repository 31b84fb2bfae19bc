//! Unavailable is never absent: what could not be asked is an error.

use std::time::Duration;

use super::subject::{Keeps, Severable};
use super::trial::Trial;
use super::writes::{handle, proof, update};
use crate::error::{Applied, Error, ErrorKind};
use crate::store::Store as _;

/// The store is cut off for as long as it runs.
fn while_cut_off<S: Keeps + Severable>(subject: &S, run: impl FnOnce()) {
    struct Mend<'s, S: Severable>(&'s S);
    // On the way out of a panic, too: the next law may run on the same connection.
    impl<S: Severable> Drop for Mend<'_, S> {
        fn drop(&mut self) {
            self.0.cut(false);
        }
    }
    subject.cut(true);
    let _mend = Mend(subject);
    run();
}

#[track_caller]
fn unavailable<S: Keeps, V: std::fmt::Debug>(
    t: &Trial<'_, S>,
    what: &str,
    answer: Result<V, Error>,
) -> Applied {
    match answer {
        Err(error) => match error.kind() {
            ErrorKind::Unavailable { applied, .. } => *applied,
            _ => t.broken(format_args!("{what} failed with {error:?}, and not with Unavailable")),
        },
        Ok(answer) => t.broken(format_args!("{what} was answered {answer:?}, and not Unavailable")),
    }
}

/// Law 8: a load that could not ask finds neither a session nor none.
pub fn a_load_in_an_outage_is_an_error<S: Keeps + Severable>(subject: &S) {
    let t = Trial::of(subject, "a load that could not ask is an error");
    t.begin(1);
    while_cut_off(subject, || {
        unavailable(&t, "a load of a live session", t.try_load(1));
        unavailable(&t, "a load of no session", t.try_load(2));
    });
}

/// Laws 8 and 13: a batch that could not ask shows nobody as absent, nor one that could not ask for some.
pub fn a_batch_in_an_outage_is_an_error<S: Keeps + Severable>(subject: &S) {
    let t = Trial::of(subject, "a batch of loads that could not ask is an error");
    t.begin(1);
    while_cut_off(subject, || {
        let handles = [handle(1), handle(2)];
        unavailable(&t, "a batch of loads", subject.run(subject.store().load_many(&handles)));
    });
}

/// Law 8: a commit that could not be sent is neither made nor `Gone`; and if the store says that it surely was not
/// applied, it was not.
pub fn a_commit_in_an_outage_is_an_error<S: Keeps + Severable>(subject: &S) {
    let t =
        Trial::of(subject, "a commit that could not ask is an error, and says what is known of its effect");
    let base = t.begin(1);
    let mut applied = Applied::Unknown;
    while_cut_off(subject, || {
        unavailable(&t, "a create", t.try_commit(&t.create(2)));
        applied = unavailable(&t, "an update", t.try_commit(&update(1, &base, 1)));
    });
    if applied == Applied::No {
        t.stands("after an update that surely was not applied", 1, &base);
    }
}

/// Law 8: a touch that could not be sent is not `Gone`.
pub fn a_touch_in_an_outage_is_an_error<S: Keeps + Severable>(subject: &S) {
    let t = Trial::of(subject, "a touch that could not ask is an error");
    t.begin(1);
    while_cut_off(subject, || {
        unavailable(&t, "a touch", t.try_touch(1, proof(1), Duration::ZERO));
    });
}

/// Law 8: a logout that did not reach the store must not look like one that did.
pub fn a_delete_in_an_outage_is_an_error<S: Keeps + Severable>(subject: &S) {
    let t = Trial::of(subject, "a delete that could not ask is an error");
    t.begin(1);
    while_cut_off(subject, || {
        unavailable(&t, "a delete of a live session", t.try_delete(1));
        unavailable(&t, "a delete of no session", t.try_delete(2));
    });
}

/// Law 8: a store that cannot be asked is not well.
pub fn health_in_an_outage_is_an_error<S: Keeps + Severable>(subject: &S) {
    let t = Trial::of(subject, "a store that cannot be asked is not well");
    t.answer("asking for the health of a store that works", subject.run(subject.store().health()));
    while_cut_off(subject, || {
        unavailable(
            &t,
            "asking for the health of a store that is cut off",
            subject.run(subject.store().health()),
        );
    });
}

/// Law 8: an outage is not a logout.
pub fn what_was_there_before_an_outage_is_there_after_it<S: Keeps + Severable>(subject: &S) {
    let t = Trial::of(subject, "what was there before an outage is there after it");
    let base = t.begin(1);
    while_cut_off(subject, || {
        let _ = t.try_load(1);
    });
    t.stands("after an outage", 1, &base);
    let _ = t.committed("an update after an outage", &update(1, &base, 1));
}
