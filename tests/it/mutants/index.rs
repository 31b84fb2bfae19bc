//! A store that keeps indexes, and what is broken in its mutants.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use session::clock::ManualClock;
use session::store::{
    Commit, Gone, Index, Load, Locator, Member, ServerSide, Store, Term, Touch, Touched, Write,
};
use session::testing::ReferenceStore;
use session::testing::conformance::{Law, OnClock, clean_up_laws, index_laws};
use session::{Error, Handle};
use session_tests::pass_on;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flaw {
    None,
    ListsByTheFirstTermAlone,
    ListsUntilTheIdleDeadline,
    NeverLeaves,
    RefusedCommitsAreListed,
    UnlistsWhatItFinds,
    TakesEveryRequestForNew,
    BarsForEver,
    BarsHideSomebody,
    ExceptionsStay,
    TheDoomedEscape,
    EndsAreDeletes,
    EndsEndNothing,
    AdmitsOneMore,
    EvictsFromTheIndexAlone,
    CountsAndAdmits,
    ReadsAndBars,
    KeepsMembers,
    KeepsBars,
}

#[derive(Debug)]
struct Lister {
    flaw: Flaw,
    store: ReferenceStore,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    barred: BTreeSet<Term>,
    exceptions: BTreeMap<Term, Handle>,
    refused: Vec<(Term, Member)>,
    junk: usize,
    /// Bars that have read and not barred yet, and commits that were made.
    reading: usize,
    commits: usize,
}

impl Lister {
    fn new(flaw: Flaw, clock: Arc<ManualClock>) -> Self {
        Self { flaw, store: ReferenceStore::new(clock), seen: Mutex::default() }
    }

    fn is(&self, flaw: Flaw) -> bool {
        self.flaw == flaw
    }

    fn kept(&self) -> usize {
        self.store.kept() + self.seen.lock().unwrap().junk
    }
}

/// Lets others have their turn until that has happened, or probably never will.
fn wait_until(happened: impl Fn() -> bool) {
    for _ in 0..2000 {
        if happened() {
            return;
        }
        thread::yield_now();
    }
}

/// Lets others have their turn between two halves of an operation.
fn gap() {
    for _ in 0..200 {
        thread::yield_now();
    }
}

impl Store for Lister {
    type Kind = ServerSide;

    pass_on!(store: load delete now health capabilities);

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        let mut write = write.clone();
        let Some(listing) = &mut write.listing else { return self.store.commit(&write).await };
        match self.flaw {
            Flaw::ListsByTheFirstTermAlone => listing.adds.truncate(1),
            Flaw::NeverLeaves => listing.removes.clear(),
            Flaw::TakesEveryRequestForNew => listing.since = self.now().after(Duration::from_millis(1)),
            Flaw::BarsForEver => {
                let seen = self.seen.lock().unwrap();
                if listing.adds.iter().any(|term| seen.barred.contains(term)) {
                    return Ok(Commit::Gone(Gone::Revoked));
                }
            }
            Flaw::AdmitsOneMore => {
                if let Some(limit) = &mut listing.limit {
                    limit.most += 1;
                }
            }
            Flaw::EvictsFromTheIndexAlone => {
                let evicted = std::mem::take(&mut listing.evicts);
                if let Some(limit) = listing.limit {
                    self.store.unlist(&limit.term, &evicted).await?;
                }
            }
            Flaw::CountsAndAdmits => {
                if let Some(limit) = listing.limit.filter(|_| listing.evicts.is_empty()) {
                    let members = self.store.members(&limit.term).await?;
                    let is_new = members.iter().all(|member| member.handle != write.handle);
                    if is_new && members.len() >= limit.most as usize {
                        return Ok(Commit::Full(members));
                    }
                    gap();
                    listing.limit = None;
                }
            }
            _ => {}
        }
        if self.is(Flaw::ReadsAndBars) {
            wait_until(|| self.seen.lock().unwrap().reading > 0);
        }
        let answer = self.store.commit(&write).await?;
        self.seen.lock().unwrap().commits += 1;
        let (Some(listing), Some(entry)) = (&write.listing, write.entry(self.now())) else {
            return Ok(answer);
        };
        let mut seen = self.seen.lock().unwrap();
        match &answer {
            Commit::Conflict(_) | Commit::Gone(Gone::TooLate) if self.is(Flaw::RefusedCommitsAreListed) => {
                let (handle, until, added, stamp) = (write.handle, entry.until, self.now(), entry.stamp);
                let member = Member { handle, until, added, stamp, doomed: false };
                seen.refused.extend(listing.adds.iter().map(|term| (*term, member)));
            }
            Commit::Committed { .. } if self.is(Flaw::KeepsMembers) => seen.junk += 1,
            _ => {}
        }
        Ok(answer)
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.store.touch(touch).await
    }
}

impl Index for Lister {
    async fn members(&self, term: &Term) -> Result<Vec<Member>, Error> {
        let mut members = self.store.members(term).await?;
        if self.is(Flaw::ListsUntilTheIdleDeadline) {
            members.retain(|member| self.now() < member.added.after(Duration::from_secs(1800)));
        }
        let seen = self.seen.lock().unwrap();
        members.extend(seen.refused.iter().filter(|(of, _)| of == term).map(|(_, member)| *member));
        Ok(members)
    }

    async fn bar(&self, term: &Term, except: Option<&Handle>) -> Result<Vec<Member>, Error> {
        let mut except = except.copied();
        {
            let mut seen = self.seen.lock().unwrap();
            seen.barred.insert(*term);
            seen.junk += usize::from(self.is(Flaw::KeepsBars));
            except.map(|except| seen.exceptions.insert(*term, except));
            if self.is(Flaw::ExceptionsStay) {
                except = seen.exceptions.get(term).copied();
            }
        }
        let before = self.store.members(term).await?;
        if self.is(Flaw::ReadsAndBars) {
            let commits = {
                let mut seen = self.seen.lock().unwrap();
                seen.reading += 1;
                seen.commits
            };
            wait_until(|| self.seen.lock().unwrap().commits != commits);
            self.seen.lock().unwrap().reading -= 1;
        }
        let mut members = self.store.bar(term, except.as_ref()).await?;
        match self.flaw {
            Flaw::ReadsAndBars => {
                members.retain(|member| before.iter().any(|seen| seen.handle == member.handle));
            }
            Flaw::BarsHideSomebody => drop(members.pop()),
            Flaw::TheDoomedEscape => {
                for member in &mut members {
                    member.doomed &= Some(member.handle) != except;
                }
            }
            _ => {}
        }
        Ok(members)
    }

    async fn end(&self, handle: &Handle) -> Result<bool, Error> {
        match self.flaw {
            Flaw::EndsAreDeletes => self.store.delete(handle).await,
            Flaw::EndsEndNothing => {
                let found = self.store.load(&Locator::Handle(*handle)).await?;
                match found {
                    Load::Found(_) => Ok(true),
                    Load::Absent => self.store.end(handle).await,
                }
            }
            _ => self.store.end(handle).await,
        }
    }

    async fn unlist(&self, term: &Term, members: &[Member]) -> Result<(), Error> {
        let mut members = members.to_vec();
        if self.is(Flaw::UnlistsWhatItFinds) {
            let present = self.store.members(term).await?;
            members = present
                .into_iter()
                .filter(|member| members.iter().any(|seen| seen.handle == member.handle))
                .collect();
        }
        self.store.unlist(term, &members).await
    }
}

session::conformance! {
    mod laws;
    subject = OnClock::new(|clock| Lister::new(Flaw::None, clock)).measured(Lister::kept);
    only = [index, clean_up];
}

type Subject = OnClock<Lister, fn(&Lister) -> usize>;

fn subject(flaw: Flaw) -> Subject {
    OnClock::new(|clock| Lister::new(flaw, clock)).measured(Lister::kept as fn(&Lister) -> usize)
}

fn laws_of_indexes() -> Vec<Law<Subject>> {
    index_laws().into_iter().chain(clean_up_laws()).collect()
}

#[test]
fn broken_indexes_are_found() {
    const LISTED: &str = "a_session_is_listed_by_its_terms_and_by_no_other";
    const UNTIL: &str = "a_session_is_listed_until_its_absolute_deadline";
    const CHANGES: &str = "a_session_that_changes_its_value_is_listed_by_the_new_one";
    const REFUSED: &str = "a_commit_that_is_refused_lists_nothing";
    const SEEN: &str = "a_member_goes_as_it_was_seen";
    const BEFORE: &str = "what_began_before_a_bar_is_refused";
    const AFTER: &str = "what_began_after_a_bar_is_admitted";
    const DOOMS: &str = "a_bar_shows_every_member_and_dooms_it";
    const SPARES: &str = "a_bar_spares_one_until_the_next";
    const ESCAPES: &str = "who_is_to_end_does_not_spare_itself";
    const STOPS: &str = "an_end_stops_a_create_that_has_not_come";
    const DELETE: &str = "an_end_is_a_delete";
    const FULL: &str = "a_full_term_admits_nobody_else";
    const EVICTED: &str = "who_is_evicted_is_over_and_makes_room";
    const LOGINS: &str = "of_concurrent_logins_no_more_are_admitted_than_may_be";
    const OUTRUNS: &str = "no_login_outruns_a_bar";
    const EXPIRED: &str = "nothing_is_left_of_sessions_that_expired";
    const REVOKED: &str = "nothing_is_left_of_sessions_that_were_revoked";
    // The laws that object always, and those that do if threads happen to meet.
    let expected: [(Flaw, &[&str], &[&str]); 18] = [
        (Flaw::ListsByTheFirstTermAlone, &[LISTED], &[]),
        (Flaw::ListsUntilTheIdleDeadline, &[UNTIL], &[]),
        (Flaw::NeverLeaves, &[CHANGES], &[]),
        (Flaw::RefusedCommitsAreListed, &[REFUSED], &[]),
        (Flaw::UnlistsWhatItFinds, &[SEEN], &[]),
        (Flaw::TakesEveryRequestForNew, &[BEFORE], &[OUTRUNS]),
        // The exception's own commit is one that came after the bar.
        (Flaw::BarsForEver, &[AFTER, DOOMS, SPARES], &[]),
        // Who is not shown is not taken out either.
        (Flaw::BarsHideSomebody, &[DOOMS, SPARES, REVOKED], &[OUTRUNS]),
        (Flaw::ExceptionsStay, &[SPARES], &[]),
        (Flaw::TheDoomedEscape, &[ESCAPES], &[]),
        (Flaw::EndsAreDeletes, &[STOPS], &[]),
        // Whoever was revoked and not ended is still there.
        (Flaw::EndsEndNothing, &[DELETE], &[OUTRUNS, REVOKED]),
        (Flaw::AdmitsOneMore, &[FULL, EVICTED, LOGINS], &[]),
        (Flaw::EvictsFromTheIndexAlone, &[EVICTED], &[]),
        (Flaw::CountsAndAdmits, &[LOGINS], &[]),
        (Flaw::ReadsAndBars, &[OUTRUNS], &[]),
        (Flaw::KeepsMembers, &[EXPIRED, REVOKED], &[]),
        (Flaw::KeepsBars, &[REVOKED], &[]),
    ];
    let mut found = BTreeSet::new();
    let mut wrong = Vec::new();
    for (flaw, always, sometimes) in expected {
        let mut broken = BTreeSet::new();
        for law in laws_of_indexes() {
            let subject = subject(flaw);
            if catch_unwind(AssertUnwindSafe(|| (law.run)(&subject))).is_err() {
                broken.insert(law.name);
            }
        }
        let missing: Vec<_> = always.iter().filter(|law| !broken.contains(**law)).collect();
        let known = |law: &&&str| always.contains(*law) || sometimes.contains(*law);
        let extra: Vec<_> = broken.iter().filter(|law| !known(law)).collect();
        if !missing.is_empty() || !extra.is_empty() {
            wrong.push(format!("{flaw:?} is not found by {missing:?}, and is found by {extra:?}"));
        }
        found.extend(broken);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let all: BTreeSet<_> = laws_of_indexes().iter().map(|law| law.name).collect();
    assert_eq!(found, all, "every law can be broken");
}
