//! A scan sees every session that lived throughout.

use std::collections::BTreeSet;

use session::store::{Cursor, DynStore, Scan as _};

use super::*;

fn pages(t: &Fixture, limit: usize, mut between: impl FnMut(usize)) -> Vec<Handle> {
    let mut seen = Vec::new();
    let mut cursor: Option<Cursor> = None;
    for page in 0.. {
        let answer = now(t.store.scan(cursor.as_ref(), limit)).unwrap();
        assert!(answer.handles.len() <= limit);
        seen.extend(answer.handles);
        cursor = answer.next;
        if cursor.is_none() {
            break;
        }
        between(page);
    }
    seen
}

#[test]
fn a_scan_sees_every_live_session_once() {
    let t = Fixture::new();
    for number in 0..500 {
        let _ = t.committed(&living(t.create(number), if number < 100 { SECOND } else { IDLE }));
    }
    t.pass(SECOND);
    let expected: BTreeSet<_> = (100..500).map(handle).collect();
    for limit in [1, 7, 400, 5000] {
        let seen = pages(&t, limit, |_| {});
        assert_eq!(seen.len(), 400);
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
    }
}

#[test]
fn a_scan_misses_nobody_who_lived_throughout_whoever_comes_and_goes() {
    let t = Fixture::new();
    for number in 0..600 {
        t.begin(number);
    }
    // Between pages the odd ones end, the one at the cursor among them, and others begin.
    let seen = pages(&t, 5, |page| {
        for step in 0..5 {
            let number = (page * 5 + step) as u64;
            t.delete(number * 2 + 1);
            t.begin(10_000 + number);
        }
    });
    let distinct: BTreeSet<_> = seen.iter().copied().collect();
    assert_eq!(distinct.len(), seen.len());
    assert!((0..600).step_by(2).all(|number| distinct.contains(&handle(number))));
}

#[test]
fn a_scan_goes_on_where_its_last_session_has_ended() {
    let t = Fixture::new();
    for number in 0..50 {
        t.begin(number);
    }
    let mut cursor = None;
    let mut seen = 0;
    loop {
        let page = now(t.store.scan(cursor.as_ref(), 1)).unwrap();
        for handle in &page.handles {
            seen += usize::from(now(t.store.delete(handle)).unwrap());
        }
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, 50);
}

#[test]
fn a_page_is_bounded_whatever_is_asked_for() {
    let t = Fixture::new();
    for number in 0..2000 {
        t.begin(number);
    }
    let page = now(t.store.scan(None, usize::MAX)).unwrap();
    assert_eq!(page.handles.len(), 1024);
    assert!(page.next.is_some());
    assert_eq!(now(t.store.scan(None, 0)).unwrap().handles.len(), 1, "a page of nothing would never end");
}

#[test]
fn a_foreign_cursor_is_refused() {
    let t = Fixture::new();
    assert!(now(t.store.scan(Some(&Cursor(vec![1, 2, 3])), 10)).is_err());
}

#[test]
fn clearing_ends_every_session_for_good() {
    let t = Fixture::new();
    let create = t.create(0);
    let _ = t.committed(&create);
    for number in 1..3000 {
        t.begin(number);
    }
    assert_eq!(now(t.store.count()).unwrap(), 3000);
    assert_eq!(now(t.store.clear()).unwrap(), 3000);
    assert_eq!(now(t.store.count()).unwrap(), 0);
    assert_eq!(t.gone(&create), Gone::Deleted);
    t.audit();
}

#[test]
fn a_scan_needs_no_type() {
    let t = Fixture::new();
    t.begin(1);
    let store = DynStore::scanning(t.store.clone());
    assert_eq!(now(store.count()).unwrap(), 1);
    assert_eq!(now(store.scan(None, 10)).unwrap().handles, [handle(1)]);
    assert!(now(DynStore::new(t.store.clone()).count()).is_err());
}
