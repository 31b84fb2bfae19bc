//! What is left of sessions that are over: nothing.

use std::time::Duration;

use super::index::{Indexes, bar, end, login, members, unlist};
use super::subject::Measured;
use super::trial::Trial;
use super::writes::{LIFE, SECOND};
use crate::store::LOGIN_LIFE;

/// How long after the last deadline something may still be kept: bars, and twice the time that a commit may take.
const GRACE: Duration = LOGIN_LIFE.saturating_add(Duration::from_secs(120));

/// A store that sweeps as it is used gets that much to do; the session of this number lives to the end.
const OTHERS: u64 = 10_000;

#[track_caller]
fn nothing_is_left<S: Indexes + Measured>(t: &Trial<'_, S>) {
    t.pass(GRACE);
    // What is not asked for any more is swept while something else is done: more of it than there is to sweep.
    for number in OTHERS..OTHERS + 200 {
        let _ = t.committed("a login of somebody else", &login(t, number, number));
    }
    let left = t.subject.kept();
    // Of each of the others: the session, and its place in one index.
    t.expect(left <= 400, format_args!("{} entries are left", left.saturating_sub(400)));
}

/// Records, and their places in indexes.
pub fn nothing_is_left_of_sessions_that_expired<S: Indexes + Measured>(subject: &S) {
    let t = Trial::of(subject, "nothing is left of sessions that expired");
    t.pass(SECOND);
    for number in 0..50 {
        let _ = t.committed("a login", &login(&t, number, number % 7));
    }
    t.pass(LIFE);
    nothing_is_left(&t);
}

/// Bars, tombstones, and whom they doomed.
pub fn nothing_is_left_of_sessions_that_were_revoked<S: Indexes + Measured>(subject: &S) {
    let t = Trial::of(subject, "nothing is left of sessions that were revoked");
    t.pass(SECOND);
    for number in 0..50 {
        let _ = t.committed("a login", &login(&t, number, number % 7));
    }
    t.pass(SECOND);
    for of in 0..7 {
        let seen = bar(&t, of, None);
        for number in (0..50).filter(|number| number % 7 == of) {
            end(&t, number);
        }
        unlist(&t, of, &seen);
        t.expect(members(&t, of).is_empty(), "somebody is a member who was taken out");
    }
    nothing_is_left(&t);
}
