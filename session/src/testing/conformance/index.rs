//! The laws of [`Index`]: nobody is missed, nothing outruns a bar, limits are exact.

use std::thread;
use std::time::Duration;

use super::subject::{Keeps, Subject};
use super::trial::Trial;
use super::writes::{ALIKE, IDLE, LIFE, MS, SECOND, WINDOW, again, handle, update, with};
use crate::clock::Timestamp;
use crate::store::{Commit, Gone, Index, Limit, Listing, Member, Store, Term, Write};
use crate::token::Handle;

/// A subject whose store keeps indexes. Nothing to implement.
pub trait Indexes: Keeps + Subject<Store: Index> {}

impl<S: Keeps + Subject<Store: Index>> Indexes for S {}

/// The number of a term is that of a session.
pub(super) fn term(number: u64) -> Term {
    Term::from_bytes(*handle(number).as_bytes())
}

/// A write that says so to the indexes, of a request that began at `since`.
fn listed(mut write: Write, since: Timestamp, adds: &[u64], removes: &[u64]) -> Write {
    let mut listing = Listing::new(since);
    listing.adds = adds.iter().copied().map(term).collect();
    listing.removes = removes.iter().copied().map(term).collect();
    write.listing = Some(Box::new(listing));
    write
}

/// A login that creates session `number`, of that term; its request began at `since`.
fn login_since<S: Indexes>(t: &Trial<'_, S>, number: u64, of: u64, since: Timestamp) -> Write {
    let mut write = listed(t.create(number), since, &[of], &[]);
    write.times.authenticates = true;
    write
}

/// The same, of a request that begins now.
pub(super) fn login<S: Indexes>(t: &Trial<'_, S>, number: u64, of: u64) -> Write {
    login_since(t, number, of, t.subject.store().past())
}

fn limited(mut write: Write, of: u64, most: u32) -> Write {
    if let Some(listing) = &mut write.listing {
        listing.limit = Some(Limit { term: term(of), most });
    }
    write
}

#[track_caller]
pub(super) fn members<S: Indexes>(t: &Trial<'_, S>, of: u64) -> Vec<Member> {
    t.answer("asking for members", t.subject.run(t.subject.store().members(&term(of))))
}

fn numbers(members: &[Member]) -> Vec<Handle> {
    let mut handles: Vec<_> = members.iter().map(|member| member.handle).collect();
    handles.sort_unstable();
    handles
}

#[track_caller]
fn lists<S: Indexes>(t: &Trial<'_, S>, of: u64, expected: &[u64]) {
    let mut expected: Vec<_> = expected.iter().copied().map(handle).collect();
    expected.sort_unstable();
    let seen = numbers(&members(t, of));
    t.expect(seen == expected, format_args!("the members are {seen:?}, and not {expected:?}"));
}

#[track_caller]
pub(super) fn bar<S: Indexes>(t: &Trial<'_, S>, of: u64, except: Option<u64>) -> Vec<Member> {
    let except = except.map(handle);
    t.answer("a bar", t.subject.run(t.subject.store().bar(&term(of), except.as_ref())))
}

#[track_caller]
pub(super) fn end<S: Indexes>(t: &Trial<'_, S>, number: u64) -> bool {
    t.answer("an end", t.subject.run(t.subject.store().end(&handle(number))))
}

#[track_caller]
pub(super) fn unlist<S: Indexes>(t: &Trial<'_, S>, of: u64, seen: &[Member]) {
    t.answer("taking members out", t.subject.run(t.subject.store().unlist(&term(of), seen)));
}

#[track_caller]
fn full<S: Indexes>(t: &Trial<'_, S>, what: &str, write: &Write) -> Vec<Member> {
    match t.commit(what, write) {
        Commit::Full(members) => members,
        other => t.broken(format_args!("{what} was answered {other:?}, and not Full")),
    }
}

/// A time long enough for a remote store to be sure that it has passed.
const MOMENT: Duration = SECOND;

/// Law 1: and what is alike is not the same.
pub fn a_session_is_listed_by_its_terms_and_by_no_other<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a session is listed by its terms and by no other");
    t.expect(subject.store().capabilities().index, "the store does not say that it keeps indexes");
    t.pass(MOMENT);
    let _ = t.committed("a login", &listed(t.create(1), t.now(), &[1, 2], &[]));
    let _ = t.committed("a login", &login(&t, 3, 1));
    lists(&t, 1, &[1, 3]);
    lists(&t, 2, &[1]);
    for other in ALIKE..ALIKE + 16 {
        lists(&t, other, &[]);
    }
}

/// Law 1: touches move the idle deadline alone.
pub fn a_session_is_listed_until_its_absolute_deadline<S: Indexes>(subject: &S) {
    let t =
        Trial::of(subject, "a session is listed until its absolute deadline, however often it is touched");
    t.pass(MOMENT);
    let _ = t.committed("a login", &login(&t, 1, 1));
    let mut left = LIFE.saturating_sub(SECOND);
    while left > IDLE / 2 {
        t.pass(IDLE / 2);
        left -= IDLE / 2;
        let _ = t.touch(1);
    }
    t.pass(left);
    t.found(1);
    lists(&t, 1, &[1]);
}

/// Law 1: there and back again; and whoever asks once more whether he has gone there takes nobody away.
pub fn a_session_that_changes_its_value_is_listed_by_the_new_one<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a session that changes its value is listed by the new one");
    t.pass(MOMENT);
    let base = t.committed("a login", &login(&t, 1, 5));
    let there = listed(update(1, &base, 1), t.now(), &[6], &[5]);
    let base = t.committed("a change of value", &there);
    lists(&t, 5, &[]);
    lists(&t, 6, &[1]);
    let back = listed(update(1, &base, 2), t.now(), &[5], &[6]);
    let base = t.committed("a change of value", &back);
    lists(&t, 5, &[1]);
    lists(&t, 6, &[]);
    let _ = t.committed("an update", &update(1, &base, 3));
    let _ = t.committed("a retry of the first change", &again(&there));
    lists(&t, 5, &[1]);
}

/// Law 5: nor does it shorten what another one has said.
pub fn a_commit_that_is_refused_lists_nothing<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a commit that is refused lists nothing");
    t.pass(MOMENT);
    let base = t.committed("a login", &login(&t, 1, 1));
    let _ = t.committed("an update", &update(1, &base, 1));
    let stale = listed(update(1, &base, 2), t.now(), &[2], &[1]);
    let _ = t.conflict("a change of value on a stale base", &stale);
    lists(&t, 1, &[1]);
    lists(&t, 2, &[]);
    let mut shorter = listed(update(1, &base, 2), t.now(), &[1], &[]);
    if let Some(listing) = &mut shorter.listing {
        listing.deadline = Some(t.now().after(SECOND));
    }
    let _ = t.conflict("a change of deadline on a stale base", &shorter);
    let late = login(&t, 3, 3);
    t.pass(WINDOW + MS);
    t.gone_because("a login after its time", &late, Gone::TooLate);
    lists(&t, 3, &[]);
    lists(&t, 1, &[1]);
}

/// Law 4: what another commit has said since stands.
pub fn a_member_goes_as_it_was_seen<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a member goes as it was seen");
    t.pass(MOMENT);
    let base = t.committed("a login", &login(&t, 1, 1));
    let seen = members(&t, 1);
    let _ = t.committed("a second login", &listed(update(1, &base, 1), t.subject.store().past(), &[1], &[]));
    unlist(&t, 1, &seen);
    lists(&t, 1, &[1]);
    unlist(&t, 1, &members(&t, 1));
    lists(&t, 1, &[]);
}

/// Law 2.
pub fn what_began_before_a_bar_is_refused<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "what began before a bar is refused, and leaves nothing");
    t.pass(MOMENT);
    let running = login(&t, 1, 1);
    let base = t.committed("a login by another value", &login(&t, 2, 2));
    let joining = listed(update(2, &base, 1), subject.store().past(), &[1], &[2]);
    t.pass(MOMENT);
    let _ = bar(&t, 1, None);
    t.pass(MOMENT);
    t.gone_because("a login that began before the bar", &running, Gone::Revoked);
    t.gone_because("a change of value that began before the bar", &joining, Gone::Revoked);
    t.absent("after a login that was refused", 1);
    t.stands("after a change of value that was refused", 2, &base);
    lists(&t, 1, &[]);
    lists(&t, 2, &[2]);
}

/// Law 2: and nothing else is.
pub fn what_began_after_a_bar_is_admitted<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "what began after a bar is admitted, and other values have no bar");
    t.pass(MOMENT);
    let running = login(&t, 2, 2);
    t.pass(MOMENT);
    let _ = bar(&t, 1, None);
    let _ = t.committed("a login by another value", &running);
    t.pass(MOMENT);
    let _ = t.committed("a login that began after the bar", &login(&t, 1, 1));
    lists(&t, 1, &[1]);
}

/// Law 2: by then they are to end, and do not escape it.
pub fn a_bar_shows_every_member_and_dooms_it<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a bar shows every member and dooms it");
    t.pass(MOMENT);
    let base = t.committed("a login", &login(&t, 1, 1));
    let _ = t.committed("a login", &login(&t, 2, 1));
    t.pass(MOMENT);
    let seen = bar(&t, 1, None);
    t.expect(numbers(&seen) == numbers(&members(&t, 1)), "the bar did not show the members");
    t.expect(seen.len() == 2 && seen.iter().all(|member| member.doomed), "the bar doomed not all of them");
    t.pass(MOMENT);
    let again = listed(update(1, &base, 1), subject.store().past(), &[1], &[]);
    t.gone_because("saying again that a doomed session is a member", &again, Gone::Revoked);
    let _ = t.committed("a login after the bar", &login(&t, 3, 1));
    let doomed: Vec<_> = members(&t, 1).into_iter().filter(|member| member.doomed).collect();
    t.expect(numbers(&doomed) == numbers(&seen), "others are doomed after a login");
}

/// Law 2: log out everywhere else, and then here, too.
pub fn a_bar_spares_one_until_the_next<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a bar spares one until the next bar");
    t.pass(MOMENT);
    let base = t.committed("a login", &login(&t, 1, 1));
    let _ = t.committed("a login", &login(&t, 2, 1));
    let again = listed(update(1, &base, 1), subject.store().past(), &[1], &[]);
    t.pass(MOMENT);
    let doomed = |seen: Vec<Member>| -> Vec<_> {
        numbers(&seen.into_iter().filter(|member| member.doomed).collect::<Vec<_>>())
    };
    t.expect(doomed(bar(&t, 1, Some(1))) == [handle(2)], "the exception is doomed, or the other one is not");
    let _ = t.committed("saying again that the exception is a member", &again);
    t.expect(doomed(bar(&t, 1, None)).len() == 2, "the exception of the bar before is spared");
}

/// Law 2: or a session that could not be ended would stay by logging out everywhere else.
pub fn who_is_to_end_does_not_spare_itself<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "who is to end does not spare itself");
    t.pass(MOMENT);
    let base = t.committed("a login", &login(&t, 1, 1));
    t.pass(MOMENT);
    let _ = bar(&t, 1, None);
    t.pass(MOMENT);
    let all_doomed = |seen: &[Member]| seen.iter().all(|member| member.doomed);
    t.expect(all_doomed(&bar(&t, 1, Some(1))), "the bar spares a session that was to end");
    t.expect(all_doomed(&members(&t, 1)), "a session that was to end is spared after the next bar");
    let again = listed(update(1, &base, 1), subject.store().past(), &[1], &[]);
    t.gone_because("saying again that a session is a member that was to end", &again, Gone::Revoked);
    lists(&t, 1, &[1]);
}

/// Law 2: a login that was listed and not yet made.
pub fn an_end_stops_a_create_that_has_not_come<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "an end stops a create that has not come");
    t.pass(MOMENT);
    let coming = t.create(1);
    t.expect(!end(&t, 1), "the end of what was not there is said to have ended something");
    t.gone_because("a create after its end", &coming, Gone::Deleted);
    t.absent("after its end", 1);
}

/// Law 2: as everything that ends a session.
pub fn an_end_is_a_delete<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "an end is a delete");
    let base = t.begin(1);
    t.expect(end(&t, 1), "the end of a live session is said to have ended nothing");
    t.absent("after its end", 1);
    t.expect(!end(&t, 1), "the second end is said to be the first");
    let _ = t.gone("an update after the end", &update(1, &base, 1));
}

/// Law 3.
pub fn a_full_term_admits_nobody_else<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "a full term admits nobody else");
    t.pass(MOMENT);
    let base = t.committed("the first login", &limited(login(&t, 1, 1), 1, 2));
    let _ = t.committed("the second login", &limited(login(&t, 2, 1), 1, 2));
    let seen = full(&t, "the third login", &limited(login(&t, 3, 1), 1, 2));
    t.expect(numbers(&seen) == numbers(&members(&t, 1)), "the answer does not show the members");
    t.absent("after a login that was refused", 3);
    lists(&t, 1, &[1, 2]);
    let again = listed(with(update(1, &base, 1), "again"), subject.store().past(), &[1], &[]);
    let _ = t.committed("a second login of a member", &limited(again, 1, 2));
    let _ = t.committed("a login by another value", &limited(login(&t, 3, 3), 3, 2));
}

/// Law 3: in one step, so that nobody else takes the place.
pub fn who_is_evicted_is_over_and_makes_room<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "who is evicted is over and makes room");
    t.pass(MOMENT);
    let _ = t.committed("the first login", &limited(login(&t, 1, 1), 1, 1));
    let mut second = limited(login(&t, 2, 1), 1, 1);
    let seen = full(&t, "the second login", &second);
    if let Some(listing) = &mut second.listing {
        listing.evicts = seen;
    }
    let _ = t.committed("the second login, which evicts", &second);
    t.absent("after being evicted", 1);
    t.found(2);
    lists(&t, 1, &[2]);
}

/// Law 3, with all of them at once.
pub fn of_concurrent_logins_no_more_are_admitted_than_may_be<S: Indexes>(subject: &S) {
    const THREADS: u64 = 4;
    const MOST: u32 = 2;
    let t = Trial::of(subject, "of concurrent logins no more are admitted than may be");
    t.pass(MOMENT);
    for round in 0..50 {
        let admitted: u32 = thread::scope(|scope| {
            let logins: Vec<_> = (0..THREADS)
                .map(|by| {
                    scope.spawn(move || {
                        let t = Trial::of(subject, "a login");
                        let write = limited(login(&t, 1000 + round * THREADS + by, round), round, MOST);
                        u32::from(matches!(t.try_commit(&write), Ok(Commit::Committed { .. })))
                    })
                })
                .collect();
            logins.into_iter().map(|thread| thread.join().unwrap_or(MOST + 1)).sum()
        });
        t.equal("the number of logins that were admitted", admitted, MOST);
        t.equal("the number of members", members(&t, round).len(), MOST as usize);
    }
}

/// Law 2, with both at once: whoever logs in while everything is ended is either refused or ended.
pub fn no_login_outruns_a_bar<S: Indexes>(subject: &S) {
    let t = Trial::of(subject, "no login outruns a bar");
    t.pass(MOMENT);
    for round in 0..200 {
        let running = login(&t, 1000 + round, round);
        thread::scope(|scope| {
            let revoking = scope.spawn(move || {
                let t = Trial::of(subject, "a revocation");
                for member in bar(&t, round, None) {
                    t.answer("an end", t.subject.run(t.subject.store().end(&member.handle)));
                }
            });
            let _ = t.try_commit(&running);
            t.expect(revoking.join().is_ok(), "the revocation failed");
        });
        t.absent("after everything was ended", 1000 + round);
    }
}
