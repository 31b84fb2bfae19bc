//! Memory is bounded: what is over goes away by itself.

use super::subject::{Keeps, Measured};
use super::trial::Trial;
use super::writes::{SECOND, again, living, update};

/// How many sessions come and go, one a second.
const CHURN: u64 = 1500;

/// What may be kept of them at most, at any time: the live ones and the tombstones are fewer than a hundred, and the rest
/// is what a store has not come round to sweeping.
const BOUND: usize = 500;

fn bounded<S: Keeps + Measured>(t: &Trial<'_, S>, number: u64) {
    let kept = t.subject.kept();
    t.expect(kept <= BOUND, format_args!("{kept} entries are kept of {} sessions", number + 1));
}

/// Law 11: sessions begin and are never heard of again.
pub fn expired_sessions_go_away<S: Keeps + Measured>(subject: &S) {
    let t = Trial::of(subject, "memory is bounded while sessions come and expire");
    for number in 0..CHURN {
        let _ = t.committed("a create", &living(t.create(number), 10 * SECOND));
        t.pass(SECOND);
        bounded(&t, number);
    }
}

/// Law 11: sessions begin and are ended; their tombstones go, too.
pub fn tombstones_go_away<S: Keeps + Measured>(subject: &S) {
    let t = Trial::of(subject, "memory is bounded while sessions come and are ended");
    for number in 0..CHURN {
        t.begin(number);
        t.delete(number);
        t.pass(SECOND);
        bounded(&t, number);
    }
}

/// Law 11: one session is one entry, however often it is written and retried.
pub fn a_session_that_is_written_again_and_again_takes_no_more<S: Keeps + Measured>(subject: &S) {
    let t = Trial::of(subject, "a session that is written again and again takes no more entries");
    let mut base = t.begin(1);
    let before = subject.kept();
    for by in 1..=100 {
        let write = update(1, &base, by);
        let _ = t.committed("an update", &write);
        let _ = t.committed("a retry", &again(&write));
        let _ = t.touch(1);
        base = t.found(1);
    }
    t.equal("the number of entries", subject.kept(), before);
}

/// Law 12: whoever sends handles that were never given out fills nothing.
pub fn deleting_what_never_was_takes_no_memory<S: Keeps + Measured>(subject: &S) {
    let t = Trial::of(subject, "a handle that was never given out leaves nothing behind when it is deleted");
    t.begin(1);
    let before = subject.kept();
    for number in 100..200 {
        t.delete(number);
    }
    t.equal("the number of entries", subject.kept(), before);
}
