//! A commit applies whole, to one session, on the state that it was based on, or not at all.

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{ALIKE, IDLE, LIFE, SECOND, based_on, living, nonce, proof, update, with};
use crate::record::{Credential, Principal, Record, Stamp};
use crate::store::{Condition, Write};

/// A record comes back as it was committed: every part of its header and every byte of its fields.
pub fn what_was_committed_is_what_is_loaded<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "what was committed is what is loaded");
    let mut write = with(t.create(1), [0, 1, 0xff].repeat(1000));
    write.draft.persistent = true;
    write.draft.remembered = true;
    write.draft.schema_version = 9;
    write.draft.min_reader = 4;
    write.draft.lineage = [0xab; 16];
    write.draft.principal = Principal([0xcd; 16]);
    write.times.authenticates = true;
    let expected = Record { header: write.header(None, t.now()), fields: write.fields.clone() };
    t.same("in the answer to a create", &t.committed("a create", &write), &expected);
    t.stands("after a create", 1, &expected);
}

/// A commit on the present state is made, whole, as the new present state.
pub fn a_commit_on_the_present_state_applies_whole<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a commit on the present state applies whole");
    let base = t.begin(1);
    t.pass(SECOND);
    let write = with(update(1, &base, 1), "mine");
    let expected = Record { header: write.header(Some(&base.header), t.now()), fields: write.fields.clone() };
    t.same("in the answer to an update", &t.committed("an update", &write), &expected);
    t.stands("after an update", 1, &expected);
    let login = signing_in(update(1, &expected, 2));
    let expected =
        Record { header: login.header(Some(&expected.header), t.now()), fields: login.fields.clone() };
    t.same("in the answer to a login", &t.committed("a login", &login), &expected);
    t.stands("after a login", 1, &expected);
}

fn signing_in(mut write: Write) -> Write {
    write.draft.principal = Principal([5; 16]);
    write.times.authenticates = true;
    write
}

/// Law 1: a commit whose base is not the present state changes nothing.
pub fn a_stale_base_never_applies<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a stale base never applies");
    let base = t.begin(1);
    let theirs = t.committed("an update", &with(update(1, &base, 1), "theirs"));
    let _ = t.commit("an update of a stale base", &with(update(1, &base, 2), "mine"));
    t.stands("after an update of a stale base", 1, &theirs);
}

/// Law 1: stamps are compared for equality; after a failover revision numbers repeat.
pub fn a_base_of_the_same_revision_by_another_commit_is_stale<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a base of the same revision by another commit is stale");
    let base = t.begin(1);
    let twin = Stamp { nonce: nonce(99), ..base.header.stamp() };
    let _ = t.conflict("an update of such a base", &based_on(update(1, &base, 1), twin));
    t.stands("after an update of such a base", 1, &base);
}

/// Law 1: equal stamps mean equal fields, and attempts of one commit are merged with whatever each of them found.
pub fn a_base_by_another_attempt_of_the_same_commit_is_stale<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a base by another attempt of the same commit is stale");
    let base = t.begin(1);
    let second = Write { nonce: nonce(1).attempt(1), ..update(1, &base, 1) };
    let made = t.committed("a second attempt", &second);
    let first = Stamp { nonce: nonce(1), ..made.header.stamp() };
    let _ = t.conflict("an update of the first attempt", &based_on(update(1, &made, 2), first));
    t.stands("after an update of an attempt that was not made", 1, &made);
}

/// Law 1: a base that is ahead of the store, as it is after a failover, is no base either.
pub fn a_base_ahead_of_the_store_is_stale<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a base ahead of the store is stale");
    let base = t.begin(1);
    let ahead = Stamp { revision: 3, nonce: nonce(99) };
    let _ = t.conflict("an update of such a base", &based_on(update(1, &base, 1), ahead));
    t.stands("after an update of such a base", 1, &base);
}

/// Law 1: who is told of a conflict is told what there is, to merge with.
pub fn a_conflict_is_answered_with_the_present_state<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a conflict is answered with the present state");
    let base = t.begin(1);
    let theirs = t.committed("an update", &with(update(1, &base, 1), "theirs"));
    let told = t.conflict("an update of a stale base", &update(1, &base, 2));
    t.same("in the answer to a conflict", &told, &theirs);
    let _ = t.committed("an update of what a conflict was answered with", &update(1, &told, 2));
}

/// A commit changes the session of its handle and no other, however alike the handles are.
pub fn a_commit_changes_no_other_session<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a commit changes no other session");
    let others: Vec<_> = (ALIKE..ALIKE + 16).map(|number| (number, t.begin(number))).collect();
    let base = t.begin(1);
    let _ = t.committed("an update", &update(1, &base, 1));
    t.expect(t.delete(1), "a delete of a live session was answered that there was none");
    for (number, expected) in &others {
        t.stands("after others were changed", *number, expected);
    }
}

/// Another request's deadline, computed later, stands: a commit moves it on, never back, and never past the absolute one.
pub fn a_commit_moves_deadlines_only_as_far_as_it_may<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a commit never moves a deadline back, and never past the absolute deadline");
    let base = t.begin(1);
    let kept = t.committed("an update of a shorter idle span", &living(update(1, &base, 1), SECOND));
    t.equal("the idle deadline", kept.header.idle_deadline, base.header.idle_deadline);
    let long = t.committed("an update of a longer idle span", &living(update(1, &kept, 2), 2 * LIFE));
    t.equal("the idle deadline", long.header.idle_deadline, base.header.absolute_deadline);
    t.equal("the absolute deadline", long.header.absolute_deadline, base.header.absolute_deadline);
    t.pass(IDLE);
    t.stands("after the first idle deadline", 1, &long);
}

/// An older program that writes a record back leaves it to the readers that the newer one allowed.
pub fn an_older_program_lowers_neither_version_nor_reader<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an older program lowers neither the schema version nor the oldest reader");
    let mut create = t.create(1);
    create.draft.schema_version = 9;
    create.draft.min_reader = 4;
    create.draft.credential = Some(Credential::only(proof(1)));
    let base = t.committed("a create", &create);
    let mut older = update(1, &base, 1);
    older.draft.schema_version = 2;
    older.draft.min_reader = 1;
    let _ = t.committed("an older program's update", &older);
    let header = t.found(1).header;
    t.equal("(schema version, oldest reader)", (header.schema_version, header.min_reader), (9, 4));
}

/// The number that a [`Condition`] is based on is not the session's only check: an update without any base is none.
pub fn an_update_of_a_base_that_never_was_is_a_conflict<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "an update of a base that never was is a conflict");
    let base = t.begin(1);
    let mut write = update(1, &base, 1);
    let stamp = Stamp { revision: 0, nonce: nonce(0) };
    write.condition = Condition::Matches { stamp, proof: proof(1) };
    let _ = t.conflict("such an update", &write);
    t.stands("after such an update", 1, &base);
}
