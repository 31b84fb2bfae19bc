//! Of the old and the new secret of a rotation exactly one is current, at every instant.

use std::time::Duration;

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{SECOND, proof, rotation, update, update_by};
use crate::clock::Timestamp;
use crate::record::{Credential, Previous};
use crate::store::{Gone, Write};

/// Law 7: a request that was under way with the old secret writes nothing any more.
pub fn after_a_rotation_the_old_secret_commits_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "after a rotation the old secret commits nothing");
    let base = t.begin(1);
    let rotated = t.committed("a rotation", &rotation(1, &base, 1, 2));
    t.gone_because("an update by the old secret", &update(1, &rotated, 2), Gone::Rotated);
    t.gone_because("an update of the old base by the old secret", &update(1, &base, 3), Gone::Rotated);
    t.gone_because("a second rotation by the old secret", &rotation(1, &rotated, 4, 3), Gone::Rotated);
    t.stands("after commits by the old secret", 1, &rotated);
}

/// Law 7: nor does it keep the session alive.
pub fn after_a_rotation_the_old_secret_touches_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "after a rotation the old secret touches nothing");
    let base = t.begin(1);
    let rotated = t.committed("a rotation", &rotation(1, &base, 1, 2));
    t.pass(SECOND);
    t.equal("the answer to a touch by the old secret", t.touch(1), Err(Gone::Rotated));
    t.stands("after a touch by the old secret", 1, &rotated);
}

/// Law 7: the new secret takes its place, on the same handle.
pub fn after_a_rotation_the_new_secret_works<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "after a rotation the new secret works");
    let base = t.begin(1);
    let rotated = t.committed("a rotation", &rotation(1, &base, 1, 2));
    t.equal("the count of rotations", rotated.header.rotations, 1);
    t.stands("after a rotation", 1, &rotated);
    let _ = t.committed("an update by the new secret", &update_by(1, &rotated, 2, proof(2)));
    t.pass(SECOND);
    let touched = t.touch_by(1, proof(2), Duration::ZERO);
    t.expect(touched.is_ok(), format_args!("a touch by the new secret was answered {touched:?}"));
}

/// Law 7: knowing a handle and what is stored there opens nothing.
pub fn a_secret_that_was_never_given_out_commits_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a secret that was never given out commits nothing");
    let base = t.begin(1);
    t.gone_because("an update by a wrong secret", &update_by(1, &base, 1, proof(66)), Gone::Rotated);
    t.stands("after an update by a wrong secret", 1, &base);
}

/// Law 7: nor does it touch.
pub fn a_secret_that_was_never_given_out_touches_nothing<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a secret that was never given out touches nothing");
    let base = t.begin(1);
    t.pass(SECOND);
    let seen = t.touch_by(1, proof(66), Duration::ZERO);
    t.equal("the answer to a touch by a wrong secret", seen, Err(Gone::Rotated));
    t.stands("after a touch by a wrong secret", 1, &base);
}

/// A periodic rotation at this moment, whose old secret stays good for a while if the new one is remembered with it.
fn periodic(write: Write, until: Timestamp, next: Option<[u8; 16]>) -> Write {
    let mut write = write;
    let previous = Some(Previous { proof: proof(1), until, next });
    write.draft.credential = Some(Credential { proof: proof(2), previous });
    write
}

/// Law 7: the secret before a periodic rotation writes within its grace, so that requests under way lose nothing.
pub fn a_previous_secret_works_within_its_grace<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a previous secret works within its grace");
    let base = t.begin(1);
    let until = t.now().after(60 * SECOND);
    let rotated = t.committed("a rotation", &periodic(rotation(1, &base, 1, 2), until, Some([3; 16])));
    t.stands("after a periodic rotation", 1, &rotated);
    t.pass(59 * SECOND);
    let _ = t.committed("an update by the previous secret within its grace", &update(1, &rotated, 2));
    t.expect(t.touch(1).is_ok(), "a touch by the previous secret was refused within its grace");
}

/// Law 7: and not a moment longer.
pub fn a_previous_secret_is_dead_after_its_grace<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a previous secret is dead after its grace");
    let base = t.begin(1);
    let until = t.now().after(60 * SECOND);
    let rotated = t.committed("a rotation", &periodic(rotation(1, &base, 1, 2), until, Some([3; 16])));
    t.pass(60 * SECOND);
    t.gone_because("an update by the previous secret", &update(1, &rotated, 2), Gone::Rotated);
    t.equal("the answer to a touch by the previous secret", t.touch(1), Err(Gone::Rotated));
}

/// Law 7: a previous secret that is only recognised, because no successor is remembered with it, opens nothing.
pub fn a_previous_secret_without_a_successor_is_dead_at_once<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a previous secret without a successor is dead at once");
    let base = t.begin(1);
    let until = t.now().after(60 * SECOND);
    let rotated = t.committed("a rotation", &periodic(rotation(1, &base, 1, 2), until, None));
    t.gone_because("an update by a secret that is only recognised", &update(1, &rotated, 2), Gone::Rotated);
    t.equal("the answer to a touch by that secret", t.touch(1), Err(Gone::Rotated));
}
