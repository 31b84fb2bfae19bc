//! A batch of loads is its loads.

use super::subject::Keeps;
use super::trial::Trial;
use super::writes::{IDLE, SECOND, handle, living, rotation, update};
use crate::record::Record;
use crate::store::{Load, Store};
use crate::token::Handle;

/// What a batch finds for these sessions.
fn batch<S: Keeps>(t: &Trial<'_, S>, numbers: &[u64]) -> Vec<Option<Record>> {
    let handles: Vec<Handle> = numbers.iter().map(|number| handle(*number)).collect();
    let loads = t.answer("a batch of loads", t.subject.run(t.subject.store().load_many(&handles)));
    t.equal("the number of answers to a batch", loads.len(), handles.len());
    let record = |load| match t.answer("a load of a batch", load) {
        Load::Found(record) => Some(record),
        Load::Absent => None,
    };
    loads.into_iter().map(record).collect()
}

/// Law 13: there is an answer for each handle, in its place, whatever its neighbours are.
pub fn a_batch_answers_for_each_handle_in_its_place<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a batch answers for each handle in its place");
    t.equal("the number of answers to a batch of nothing", batch(&t, &[]).len(), 0);
    let records: Vec<_> = (0..600).filter(|number| number % 3 != 1).map(|number| t.begin(number)).collect();
    let numbers: Vec<u64> = (0..600).chain([5, 4, 3]).collect();
    let mut expected = records.iter();
    for (number, seen) in numbers.iter().zip(batch(&t, &numbers)) {
        let record = match number {
            _ if number % 3 == 1 => None,
            5 | 3 if expected.len() == 0 => records.get(if *number == 5 { 3 } else { 2 }),
            _ => expected.next(),
        };
        match (seen, record) {
            (Some(seen), Some(record)) => t.same("in its place in a batch", &seen, record),
            (None, None) => {}
            (seen, _) => t.broken(format_args!("a batch has {seen:?} in the place of session {number}")),
        }
    }
}

/// Law 13: a record is as its last commit and its last touch left it.
pub fn a_batch_finds_what_a_load_finds<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a batch finds what loads find");
    let base = t.begin(1);
    let _ = t.committed("an update", &update(1, &base, 1));
    let base = t.begin(2);
    let _ = t.committed("a rotation", &rotation(2, &base, 1, 2));
    t.begin(3);
    t.pass(IDLE / 2);
    let seen = t.touch(3);
    t.expect(seen.is_ok(), format_args!("a touch was answered {seen:?}"));
    for (number, seen) in [1, 2, 3].into_iter().zip(batch(&t, &[1, 2, 3])) {
        let loaded = t.found(number);
        match seen {
            Some(seen) => t.same("in a batch", &seen, &loaded),
            None => t.broken(format_args!("a batch finds nothing where a load finds {loaded:?}")),
        }
    }
}

/// Laws 5 and 13: expired and ended is absent here, too.
pub fn a_batch_shows_no_session_that_is_over<S: Keeps>(subject: &S) {
    let t = Trial::of(subject, "a batch shows no session that is over");
    for number in 0..3 {
        let _ = t.committed("a create", &living(t.create(number), if number == 0 { SECOND } else { IDLE }));
    }
    t.delete(1);
    t.pass(SECOND);
    let seen: Vec<bool> = batch(&t, &[0, 1, 2]).iter().map(Option::is_some).collect();
    t.expect(
        seen == [false, false, true],
        format_args!("of an expired, an ended and a live session a batch shows {seen:?}"),
    );
}
