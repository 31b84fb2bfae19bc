//! Commits to one handle are linearizable: whatever threads do, it is as if each operation had its own instant.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{content, proof, rotation, update, update_by, with};
use crate::record::Record;
use crate::store::{Commit, Gone, Write};

const THREADS: u64 = 4;
const EACH: u64 = 50;
const ROUNDS: u64 = 30;
/// More than a thread does before another one has its turn: only a store that goes on for ever comes so far.
const PATIENCE: u64 = 1_000_000;

/// Runs it on several threads, and panics as the first of them that panicked.
fn together<V: Send>(run: impl Fn(u64) -> V + Sync) -> Vec<V> {
    thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || run(thread))).collect();
        let answers: Vec<_> = threads.into_iter().map(thread::ScopedJoinHandle::join).collect();
        answers.into_iter().map(|answer| answer.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn count_of(record: &Record) -> u64 {
    content(record).try_into().map_or(0, u64::from_le_bytes)
}

/// Law 9: threads add to one number by compare and swap; none is lost, none counts twice.
pub fn no_increment_is_lost_and_none_counts_twice<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "of concurrent increments none is lost and none counts twice");
    let start = t.committed("a create", &with(t.create(1), 0_u64.to_le_bytes()));
    together(|thread| {
        for round in 0..EACH {
            let by = 1 + thread * EACH + round;
            let mut base = t.found(1);
            // Every conflict is another thread's success, and there are not more of those.
            let mut attempts = 0;
            loop {
                attempts += 1;
                t.expect(attempts <= THREADS * EACH, format_args!("{attempts} attempts conflicted in a row"));
                let count = count_of(&base) + 1;
                match t.commit("an increment", &with(update(1, &base, by), count.to_le_bytes())) {
                    Commit::Committed { .. } => break,
                    Commit::Conflict(present) => base = present,
                    other => t.broken(format_args!("an increment was answered {other:?}")),
                }
            }
        }
    });
    let last = t.found(1);
    t.equal("the number", count_of(&last), THREADS * EACH);
    t.equal("the revision", last.header.revision, start.header.revision + THREADS * EACH);
}

/// Law 9: of several creates of one handle, one is made, and it is the one that is there.
pub fn of_concurrent_creates_one_is_made<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "of concurrent creates of one handle one is made");
    for round in 0..ROUNDS {
        let answers = together(|thread| {
            let mut create = with(t.create(round), thread.to_le_bytes());
            create.nonce = super::writes::nonce(thread);
            made(&t, "a create", &create)
        });
        let winner = the_only(&t, answers);
        t.equal("the session's creator", count_of(&t.found(round)), winner);
    }
}

/// Law 9: of several rotations of one session, one is made, and its secret is the one that works.
pub fn of_concurrent_rotations_one_is_made<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "of concurrent rotations one is made");
    for round in 0..ROUNDS {
        let base = t.begin(round);
        let answers =
            together(|thread| made(&t, "a rotation", &rotation(round, &base, 1 + thread, 10 + thread)));
        let winner = the_only(&t, answers);
        let rotated = t.found(round);
        for thread in 0..THREADS {
            let write = update_by(round, &rotated, 100 + thread, proof(10 + thread));
            match thread == winner {
                true => drop(t.committed("an update by the secret that won", &write)),
                false => t.gone_because("an update by a secret that lost", &write, Gone::Rotated),
            }
        }
    }
}

fn made<S: Keeps>(t: &Trial<'_, S>, what: &str, write: &Write) -> bool {
    match t.commit(what, write) {
        Commit::Committed { .. } => true,
        Commit::Conflict(_) | Commit::Gone(_) => false,
        other @ (Commit::OutcomeUnknown | Commit::Full(_)) => {
            t.broken(format_args!("{what} was answered {other:?}"))
        }
    }
}

fn the_only<S: Keeps>(t: &Trial<'_, S>, made: Vec<bool>) -> u64 {
    let winners: Vec<u64> = (0..).zip(made).filter_map(|(thread, made)| made.then_some(thread)).collect();
    match winners[..] {
        [winner] => winner,
        _ => t.broken(format_args!("{} of {THREADS} were answered Committed", winners.len())),
    }
}

/// Laws 3 and 9: the answer to a delete is the end: no load finds the session after it and no commit is made.
pub fn once_a_delete_has_answered_nobody_sees_or_writes_the_session<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "once a delete has answered, nobody sees or writes the session");
    for round in 0..ROUNDS {
        let base = t.begin(round);
        let over = Over::default();
        together(|thread| match thread {
            0 => {
                let _over = over.in_any_case();
                join_in(&t, round);
                t.expect(t.delete(round), "a delete of a live session was answered that there was none");
                over.now();
                t.absent("after the answer to a delete", round);
                t.gone_because("an update after it", &update(round, &base, 1), Gone::Deleted);
            }
            _ => write_until(&t, round, &base, 1000 * thread, &over),
        });
        t.absent("after every thread has ended", round);
    }
}

/// Waits until the writers are at it.
fn join_in<S: Keeps>(t: &Trial<'_, S>, number: u64) {
    for _ in 0..PATIENCE {
        if t.found(number).header.revision >= 5 {
            return;
        }
        thread::yield_now();
    }
    t.broken("updates do not count revisions up");
}

fn write_until<S: Keeps>(t: &Trial<'_, S>, number: u64, base: &Record, nonces: u64, over: &Over) {
    let mut base = base.clone();
    for by in 1..=PATIENCE {
        // Asked before the commit is sent: then it must be Gone.
        let late = over.is();
        let answer = t.commit("an update", &update(number, &base, nonces + by));
        match answer {
            Commit::Gone(_) => return,
            Commit::Committed { record, .. } | Commit::Conflict(record) if !late => base = record,
            other => t.broken(format_args!("an update after the answer to a delete was answered {other:?}")),
        }
    }
    t.broken(format_args!("the session was still there after {PATIENCE} updates"));
}

/// Whether the delete has answered.
#[derive(Default)]
struct Over(AtomicBool);

impl Over {
    fn now(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn is(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    /// At the end of the scope, also when it ends in a panic: the others must not wait for ever.
    fn in_any_case(&self) -> impl Drop + '_ {
        struct InAnyCase<'o>(&'o Over);
        impl Drop for InAnyCase<'_> {
            fn drop(&mut self) {
                self.0.now();
            }
        }
        InAnyCase(self)
    }
}
