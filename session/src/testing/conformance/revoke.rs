//! The laws of [`Revoke`]: marks only grow, each raise is made once, and marks outlive what they mark.

use std::thread;

use super::subject::Subject;
use super::trial::Trial;
use super::writes::{ALIKE, MS, SECOND, handle, nonce};
use crate::clock::Timestamp;
use crate::record::Principal;
use crate::store::{MARGIN, Marks, Revoke};

/// A subject whose store keeps marks. Nothing to implement.
pub trait Revokes: Subject<Store: Revoke> {}

impl<S: Subject<Store: Revoke>> Revokes for S {}

/// The number of a principal is that of its session.
fn principal(number: u64) -> Principal {
    Principal(*handle(number).as_bytes())
}

#[track_caller]
fn marks<S: Revokes>(t: &Trial<'_, S>, number: u64) -> Marks {
    let (principal, lineage) = (principal(number), handle(number));
    t.answer("asking for marks", t.subject.run(t.subject.store().marks(&principal, &lineage)))
}

#[track_caller]
fn revoke_all<S: Revokes>(t: &Trial<'_, S>, number: u64) -> Timestamp {
    t.answer("a revocation", t.subject.run(t.subject.store().revoke_all(&principal(number))))
}

#[track_caller]
fn raise<S: Revokes>(t: &Trial<'_, S>, number: u64, to: u32, by: u64) -> bool {
    t.answer("a raise", t.subject.run(t.subject.store().raise(&handle(number), to, nonce(by))))
}

#[track_caller]
fn end<S: Revokes>(t: &Trial<'_, S>, number: u64) -> bool {
    t.answer("an end", t.subject.run(t.subject.store().end(&handle(number))))
}

#[track_caller]
fn unmarked<S: Revokes>(t: &Trial<'_, S>, number: u64) {
    let seen = marks(t, number);
    t.equal("the marks of what was not marked", (seen.not_before, seen.min_rotations), (None, 0));
}

/// Nobody is refused for nothing.
pub fn what_was_never_marked_has_no_marks<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "what was never marked has no marks");
    unmarked(&t, 1);
}

/// Law 2.
pub fn a_revocation_is_dated_by_the_clock_of_the_marks<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "a revocation is dated by the clock of the marks");
    let before = marks(&t, 1).now;
    let moment = revoke_all(&t, 1);
    let seen = marks(&t, 1);
    t.expect(before <= moment && moment <= seen.now, "it is dated by another clock");
    t.equal("what counts", seen.not_before, Some(moment));
}

/// Law 1: and later is later.
pub fn the_later_of_two_revocations_counts<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "the later of two revocations counts");
    let first = revoke_all(&t, 1);
    t.pass(SECOND);
    let second = revoke_all(&t, 1);
    t.equal("the time between them", second.since(first), SECOND);
    t.equal("what counts", marks(&t, 1).not_before, Some(second));
}

/// Laws 1 and 3.
pub fn a_raise_is_made_once_and_never_lowers<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "a raise is made once and never lowers");
    t.expect(raise(&t, 1, 3, 1), "a raise was not made");
    t.expect(!raise(&t, 1, 3, 2), "a second raise to the same number was made");
    t.expect(!raise(&t, 1, 2, 3), "a raise to less was made");
    t.equal("what is kept", marks(&t, 1).min_rotations, 3);
    t.expect(raise(&t, 1, 4, 4), "a raise to more was not made");
    t.equal("what is kept", marks(&t, 1).min_rotations, 4);
}

/// Law 3: whoever got no answer asks again.
pub fn a_retried_raise_is_answered_as_before<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "a retried raise is answered as before");
    t.expect(raise(&t, 1, 3, 1), "a raise was not made");
    t.expect(raise(&t, 1, 3, 1), "the retry of a raise was told that another one was first");
    t.expect(raise(&t, 1, 4, 2), "a raise to more was not made");
    t.expect(!raise(&t, 1, 3, 1), "a raise is said to stand that another one went beyond");
}

/// Law 1: nothing comes after it.
pub fn an_end_is_for_good<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "an end is for good");
    let _ = raise(&t, 1, 3, 1);
    t.expect(end(&t, 1), "the end of what was accepted is said to have changed nothing");
    t.expect(!end(&t, 1), "the second end is said to be the first");
    t.expect(!raise(&t, 1, 4, 2), "a raise was made after the end");
    t.equal("what is kept", marks(&t, 1).min_rotations, Marks::ENDED);
}

/// What is alike is not the same.
pub fn marks_concern_nothing_else<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "marks concern nothing else");
    let _ = (revoke_all(&t, 1), end(&t, 1));
    for other in ALIKE..ALIKE + 16 {
        unmarked(&t, other);
    }
    // A principal and a lineage of the same bytes.
    let _ = revoke_all(&t, 2);
    t.equal("the lineage of a revoked principal's bytes", marks(&t, 2).min_rotations, 0);
    let _ = end(&t, 3);
    t.equal("the principal of an ended lineage's bytes", marks(&t, 3).not_before, None);
}

/// Law 4, from the last change on.
pub fn marks_outlive_what_they_mark<S: Revokes>(subject: &S) {
    let t = Trial::of(subject, "marks outlive what they mark");
    let kept = t.subject.store().covers() + MARGIN;
    let first = revoke_all(&t, 1);
    let _ = (raise(&t, 1, 1, 1), end(&t, 2));
    t.pass(kept / 2);
    let (second, _) = (revoke_all(&t, 3), raise(&t, 1, 2, 2));
    t.pass(kept - kept / 2 - MS);
    t.equal("a principal's mark at its last moment", marks(&t, 1).not_before, Some(first));
    t.equal("the mark of an end at its last moment", marks(&t, 2).min_rotations, Marks::ENDED);
    t.pass(kept / 2);
    t.equal("a mark that was renewed", marks(&t, 1).min_rotations, 2);
    t.equal("a later mark", marks(&t, 3).not_before, Some(second));
}

/// Law 3, with all of them at once.
pub fn of_concurrent_raises_one_is_made<S: Revokes>(subject: &S) {
    const THREADS: u64 = 4;
    let t = Trial::of(subject, "of concurrent raises one is made");
    for round in 1..=200 {
        let made: u64 = thread::scope(|scope| {
            let raising: Vec<_> = (0..THREADS)
                .map(|by| scope.spawn(move || u64::from(raise(&Trial::of(subject, "a raise"), 1, round, by))))
                .collect();
            raising.into_iter().map(|thread| thread.join().unwrap_or(THREADS)).sum()
        });
        t.equal("the number of raises that were made", made, 1);
    }
}
