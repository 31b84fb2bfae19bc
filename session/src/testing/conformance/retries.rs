//! A commit whose answer was lost is sent again, and applies once, or it is said that nobody can know.

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{again, rotation, update, update_by, with};
use crate::record::{RING, Record};
use crate::store::{Commit, Write};

/// How many commits of others a record remembers one commit through.
const REMEMBERED: u64 = RING as u64 - 1;

/// `commits` updates of others, by nonces that no law uses.
fn overtaken<S: Keeps>(t: &Trial<'_, S>, base: &Record, commits: u64) -> Record {
    (0..commits).fold(base.clone(), |base, by| t.committed("an update", &update(1, &base, 1000 + by)))
}

/// Law 10: an update arrives twice.
pub fn a_retried_update_applies_once<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retried update applies once");
    let base = t.begin(1);
    let write = update(1, &base, 1);
    let made = t.committed("an update", &write);
    t.same("in the answer to a retry", &t.committed("a retry", &again(&write)), &made);
    t.same("in the answer to a duplicate", &t.committed("a duplicate", &write), &made);
    t.stands("after a retry and a duplicate", 1, &made);
}

/// Law 10: an update arrives twice, and had been merged anew before the second time.
pub fn a_retried_update_applies_once_although_it_was_merged_anew<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retried update applies once although it was merged anew");
    let base = t.begin(1);
    let write = update(1, &base, 1);
    let made = t.committed("an update", &write);
    let merged = Write { nonce: write.nonce.attempt(1), ..with(again(&write), "merged") };
    t.same("in the answer to a retry", &t.committed("a retry that was merged anew", &merged), &made);
    t.stands("after a retry that was merged anew", 1, &made);
}

/// Law 10: an update arrives twice, and others commit in between.
pub fn a_retried_update_applies_once_although_others_committed<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retried update applies once although others committed in between");
    let base = t.begin(1);
    let write = update(1, &base, 1);
    let mut present = t.committed("an update", &write);
    for others in 1..=REMEMBERED {
        present = t.committed("an update", &update(1, &present, 1 + others));
        let told = t.committed("a retry after others", &again(&write));
        t.same("in the answer to a retry after others", &told, &present);
        t.stands("after a retry", 1, &present);
    }
}

/// Law 10: a create arrives twice.
pub fn a_retried_create_applies_once<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retried create applies once");
    let create = t.create(1);
    let made = t.committed("a create", &create);
    t.same("in the answer to a retry", &t.committed("a retried create", &again(&create)), &made);
    let updated = t.committed("an update", &update(1, &made, 1));
    let told = t.committed("a create retried after an update", &again(&create));
    t.same("in the answer to a retry after an update", &told, &updated);
    t.stands("after retried creates", 1, &updated);
}

/// Law 10: a rotation arrives twice; by then the secret that it was loaded under is dead, and it was made all the same.
pub fn a_retried_rotation_applies_once<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retried rotation applies once");
    let base = t.begin(1);
    let rotate = rotation(1, &base, 1, 2);
    let rotated = t.committed("a rotation", &rotate);
    t.same("in the answer to a retry", &t.committed("a retried rotation", &again(&rotate)), &rotated);
    t.stands("after a retried rotation", 1, &rotated);
    let _ = t.committed("an update by the new secret", &update_by(1, &rotated, 2, super::writes::proof(2)));
}

/// Law 10: as long as the ring would have it, a commit that is not in it was never made.
pub fn a_retry_of_what_never_arrived_is_a_conflict_within_the_ring<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retry of what never arrived is a conflict, as long as that is known");
    let base = t.begin(1);
    let mut present = base.clone();
    for others in 1..=RING as u64 {
        present = t.committed("an update", &update(1, &present, 100 + others));
        let _ = t.conflict("a retry of what never arrived", &again(&update(1, &base, 1)));
    }
    t.stands("after the retries", 1, &present);
}

/// Law 10: once the ring is over it, a retry is told that nobody knows, whether it was made or not.
pub fn a_retry_beyond_the_ring_is_told_that_nobody_knows<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a retry beyond the ring is told that nobody knows");
    let base = t.begin(1);
    let write = update(1, &base, 1);
    let made = t.committed("an update", &write);
    let present = overtaken(&t, &made, REMEMBERED + 1);
    for (what, retry) in [("made", again(&write)), ("never made", again(&update(1, &base, 2)))] {
        match t.commit("a retry beyond the ring", &retry) {
            Commit::OutcomeUnknown => {}
            other => t.broken(format_args!("a retry of a commit that was {what} was answered {other:?}")),
        }
        t.stands("after a retry beyond the ring", 1, &present);
    }
}

/// Law 10: a first attempt knows that it was never made, however late it is.
pub fn a_late_first_attempt_is_a_conflict_beyond_the_ring<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a late first attempt is a conflict, beyond the ring too");
    let base = t.begin(1);
    let present = overtaken(&t, &base, 3 * RING as u64);
    let _ = t.conflict("a late first attempt", &update(1, &base, 1));
    t.stands("after a late first attempt", 1, &present);
}
