//! What is left of sessions that are over: nothing.

use std::time::Duration;

use super::index::{Indexes, bar, end, login, members, unlist};
use super::subject::Measured;
use super::trial::Trial;
use super::writes::{LIFE, SECOND};
use crate::store::LOGIN_LIFE;

/// How long after the last deadline something may still be kept: bars, and twice the time that a commit may take.
const GRACE: Duration = LOGIN_LIFE.saturating_add(Duration::from_secs(120));

/// The sessions of somebody else, from this number on.
const OTHERS: u64 = 10_000;

/// How many entries one login takes.
#[track_caller]
fn unit<S: Indexes + Measured>(t: &Trial<'_, S>) -> usize {
    t.pass(SECOND);
    let before = t.subject.kept();
    let _ = t.committed("a login", &login(t, OTHERS - 1, OTHERS - 1));
    t.subject.kept() - before
}

#[track_caller]
fn nothing_is_left<S: Indexes + Measured>(t: &Trial<'_, S>, unit: usize) {
    t.pass(GRACE);
    // What is not asked for any more is swept while something else is done: more of it than there is to sweep.
    for number in OTHERS..OTHERS + 200 {
        let _ = t.committed("a login of somebody else", &login(t, number, number));
    }
    let left = t.subject.kept();
    t.expect(left <= 200 * unit, format_args!("{} entries are left", left.saturating_sub(200 * unit)));
}

/// Records, and their places in indexes.
pub fn nothing_is_left_of_sessions_that_expired<S: Indexes + Measured>(subject: &S) {
    let t = Trial::of(subject, "nothing is left of sessions that expired");
    let unit = unit(&t);
    for number in 0..50 {
        let _ = t.committed("a login", &login(&t, number, number % 7));
    }
    t.pass(LIFE);
    nothing_is_left(&t, unit);
}

/// Bars, tombstones, and whom they doomed.
pub fn nothing_is_left_of_sessions_that_were_revoked<S: Indexes + Measured>(subject: &S) {
    let t = Trial::of(subject, "nothing is left of sessions that were revoked");
    let unit = unit(&t);
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
    // The session that was measured with goes by itself.
    t.pass(LIFE);
    nothing_is_left(&t, unit);
}
