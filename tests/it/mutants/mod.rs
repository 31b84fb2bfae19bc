//! The suite is tested: for each law a store that breaks it, and that no other law objects to.

mod batch;
mod flaws;
mod index;
mod revoke;
mod scan;
mod sealed;
mod store;
mod table;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use session::testing::conformance::scan::Scans;
use session::testing::conformance::{
    Law, Measured, OnClock, Severable, laws, memory_laws, outage_laws, scan_laws,
};

use flaws::Flaw;
use store::Mutant;
use table::{CREATES_AND_ENDS, EXPIRY_AND_TOUCHES, MORE, SECRETS_AND_RETRIES, THREADS, Table, UPDATES};

const TABLES: [Table; 6] =
    [UPDATES, CREATES_AND_ENDS, EXPIRY_AND_TOUCHES, SECRETS_AND_RETRIES, THREADS, MORE];

fn subject(flaw: Flaw) -> impl Measured + Severable + Scans {
    OnClock::new(|clock| Mutant::new(flaw, clock)).measured(Mutant::kept).severable(Mutant::cut)
}

/// Every law that a store on the server can be put to. The subject only says of which type.
fn all<S: Measured + Severable + Scans>(_: &S) -> Vec<Law<S>> {
    [laws(), memory_laws(), outage_laws(), scan_laws()].into_iter().flatten().collect()
}

fn names() -> Vec<&'static str> {
    all(&subject(Flaw::None)).iter().map(|law| law.name).collect()
}

/// The laws that object to a mutant with that flaw.
fn broken_by(flaw: Flaw) -> BTreeSet<&'static str> {
    let mut broken = BTreeSet::new();
    for law in all(&subject(flaw)) {
        let subject = subject(flaw);
        if catch_unwind(AssertUnwindSafe(|| (law.run)(&subject))).is_err() {
            broken.insert(law.name);
        }
    }
    broken
}

fn check(table: Table) {
    let set = |laws: &[&'static str]| laws.iter().copied().collect::<BTreeSet<_>>();
    let mut wrong = Vec::new();
    for (flaw, always, sometimes) in table {
        let broken = broken_by(*flaw);
        let (always, sometimes) = (set(always), set(sometimes));
        let missing: Vec<_> = always.difference(&broken).collect();
        let extra: Vec<_> =
            broken.iter().filter(|law| !always.contains(*law) && !sometimes.contains(*law)).collect();
        if !missing.is_empty() || !extra.is_empty() {
            wrong.push(format!("{flaw:?} is not found by {missing:?}, and is found by {extra:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_law_can_be_broken() {
    let broken: BTreeSet<_> =
        TABLES.iter().copied().flatten().flat_map(|(_, laws, _)| *laws).copied().collect();
    let unbroken: Vec<_> = names().into_iter().filter(|law| !broken.contains(law)).collect();
    assert!(unbroken.is_empty(), "no flaw shows that these laws can fail: {unbroken:?}");
}

#[test]
fn a_store_without_a_flaw_breaks_no_law() {
    assert_eq!(broken_by(Flaw::None), BTreeSet::new());
}

#[test]
fn broken_updates_are_found() {
    check(UPDATES);
}

#[test]
fn broken_creates_and_ends_are_found() {
    check(CREATES_AND_ENDS);
}

#[test]
fn broken_expiry_and_broken_touches_are_found() {
    check(EXPIRY_AND_TOUCHES);
}

#[test]
fn broken_secrets_and_broken_retries_are_found() {
    check(SECRETS_AND_RETRIES);
}

#[test]
fn torn_operations_are_found() {
    check(THREADS);
}

#[test]
fn broken_outages_memory_and_scans_are_found() {
    check(MORE);
}
