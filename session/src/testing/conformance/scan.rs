//! A scan sees every session that lived throughout.

use std::collections::BTreeSet;

use super::subject::{Keeps, Subject};
use super::trial::Trial;
use super::writes::{IDLE, SECOND, handle, living};
use crate::store::{Scan, Store};
use crate::token::Handle;

/// A subject whose store can be scanned. Nothing to implement.
pub trait Scans: Keeps + Subject<Store: Scan> {}

impl<S: Keeps + Subject<Store: Scan>> Scans for S {}

/// More pages than any number of sessions here has need of.
const PAGES: usize = 10_000;

/// Scans to the end; `between` is told of each page and runs before the next.
fn scan<S: Scans>(t: &Trial<'_, S>, limit: usize, mut between: impl FnMut(&[Handle])) -> BTreeSet<Handle> {
    let store = t.subject.store();
    let mut seen = BTreeSet::new();
    let mut cursor = None;
    for _ in 0..PAGES {
        let page = t.answer("a scan", t.subject.run(store.scan(cursor.as_ref(), limit)));
        seen.extend(page.handles.iter().copied());
        between(&page.handles);
        cursor = page.next;
        if cursor.is_none() {
            return seen;
        }
    }
    t.broken(format_args!("a scan by {limit} did not end in {PAGES} pages"))
}

fn count<S: Scans>(t: &Trial<'_, S>) -> u64 {
    t.answer("a count", t.subject.run(t.subject.store().count()))
}

/// Every live session is seen, in pages of whatever size.
pub fn a_scan_sees_every_live_session<S: Scans>(subject: &S) {
    let t = Trial::of(subject, "a scan sees every live session");
    let live: BTreeSet<_> = (0..200).map(handle).collect();
    for number in 0..200 {
        t.begin(number);
    }
    for limit in [1, 7, 100, 5000] {
        let missed = live.difference(&scan(&t, limit, |_| {})).count();
        t.equal("the number of sessions that a scan missed", missed, 0);
    }
}

/// Sessions come and go between the pages, the ones at the cursor among them.
pub fn a_scan_misses_nobody_who_lived_throughout<S: Scans>(subject: &S) {
    let t = Trial::of(subject, "a scan misses nobody who lived throughout, whoever comes and goes");
    for number in 0..300 {
        t.begin(number);
    }
    let lasting: BTreeSet<_> = (0..300).step_by(2).map(handle).collect();
    let mut next = 1000;
    let seen = scan(&t, 5, |page| {
        for leaving in page.iter().filter(|handle| !lasting.contains(handle)) {
            let _ = t.answer("a delete", subject.run(subject.store().delete(leaving)));
        }
        if next < 1100 {
            t.begin(next);
            next += 1;
        }
    });
    let missed = lasting.difference(&seen).count();
    t.equal("the number of sessions that lived throughout and were missed", missed, 0);
}

/// What has expired or was ended is not shown.
pub fn a_scan_shows_no_session_that_is_over<S: Scans>(subject: &S) {
    let t = Trial::of(subject, "a scan shows no session that is over");
    for number in 0..30 {
        let _ = t.committed("a create", &living(t.create(number), if number < 10 { SECOND } else { IDLE }));
    }
    for number in 10..20 {
        t.delete(number);
    }
    t.pass(SECOND);
    let over: BTreeSet<_> = (0..20).map(handle).collect();
    let shown = scan(&t, 7, |_| {}).intersection(&over).count();
    t.equal("the number of sessions shown that are over", shown, 0);
}

/// A count counts the live ones.
pub fn a_count_is_of_the_live_sessions<S: Scans>(subject: &S) {
    let t = Trial::of(subject, "a count is the number of live sessions");
    t.equal("the count in an empty store", count(&t), 0);
    for number in 0..30 {
        let _ = t.committed("a create", &living(t.create(number), if number < 10 { SECOND } else { IDLE }));
    }
    t.equal("the count", count(&t), 30);
    for number in 10..20 {
        t.delete(number);
    }
    t.equal("the count after ten deletes", count(&t), 20);
    t.pass(SECOND);
    t.equal("the count after ten deletes and ten expiries", count(&t), 10);
}

/// Clearing ends every session and says how many there were.
pub fn clearing_ends_every_session<S: Scans>(subject: &S) {
    let t = Trial::of(subject, "clearing ends every session");
    for number in 0..200 {
        t.begin(number);
    }
    let ended = t.answer("a clear", subject.run(subject.store().clear()));
    t.equal("the number of sessions ended", ended, 200);
    for number in 0..200 {
        t.absent("after a clear", number);
    }
}

/// Clearing is deleting: what was cleared does not come back either.
pub fn clearing_leaves_tombstones<S: Scans>(subject: &S) {
    let t = Trial::of(subject, "what was cleared does not come back");
    let creates: Vec<_> = (0..50).map(|number| t.create(number)).collect();
    for create in &creates {
        let _ = t.committed("a create", create);
    }
    let _ = t.answer("a clear", subject.run(subject.store().clear()));
    for (number, create) in (0..).zip(&creates) {
        t.gone("a delayed create of a session that was cleared", create);
        t.absent("after a delayed create of a session that was cleared", number);
    }
}
