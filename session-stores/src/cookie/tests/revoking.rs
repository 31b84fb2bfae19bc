//! What was ended, rotated or revoked is refused, within the lag; who asks too often, or not at all.

use super::watched::Watched;
use super::*;

const LAG: Duration = Duration::from_secs(5);

/// Two nodes that share keys and marks.
struct Nodes {
    clock: Arc<ManualClock>,
    marks: Watched,
    one: Fixture,
    other: Fixture,
}

fn nodes() -> Nodes {
    let clock = Arc::new(ManualClock::default());
    let (marks, keys) = (Watched::new(Arc::clone(&clock)), ring());
    let node = || {
        Fixture::on(Arc::clone(&clock), |builder| builder.keys(keys.clone()).revocation(marks.marks.clone()))
    };
    Nodes { one: node(), other: node(), clock, marks }
}

#[test]
fn a_logged_out_cookie_is_refused_here_at_once_and_elsewhere_after_the_lag() {
    let Nodes { clock, one, other, .. } = nodes();
    let (record, text) = one.sign_in(1);
    let (_, device) = one.sign_in(2);
    assert!(one.is_live(&text) && other.is_live(&text));
    assert!(now(one.store.delete(&Handle::from_bytes(record.header.lineage))).unwrap());
    assert!(!one.is_live(&text));
    clock.advance(LAG);
    assert!(!other.is_live(&text));
    assert!(one.is_live(&device) && other.is_live(&device), "of one logout nobody else is the victim");
    assert_eq!(one.gone(&update(&record.header, fields("late"))), Gone::Deleted);
    let touch = Touch::held(Handle::from_bytes([1; 16]), record, Duration::ZERO);
    assert!(matches!(now(one.store.touch(&touch)).unwrap(), Touched::Gone(Gone::Deleted)));
}

#[test]
fn logging_out_everywhere_refuses_every_cookie_of_a_principal_and_no_other() {
    let Nodes { clock, one, other, .. } = nodes();
    let texts = [1, 2, 3].map(|lineage| one.sign_in(lineage).1);
    let (anonymous, _) = one.seal(&create(&one, 4, fields("")));
    let mut somebody = sign_in(&anonymous.header);
    somebody.draft.principal = Principal([2; 16]);
    let (_, bob) = one.seal(&somebody);
    assert!(texts.iter().all(|text| other.is_live(text)));
    now(one.store.revoke_all(&ALICE)).unwrap();
    assert!(texts.iter().all(|text| !one.is_live(text)));
    clock.advance(LAG);
    assert!(texts.iter().all(|text| !other.is_live(text)));
    assert!(one.is_live(&bob) && other.is_live(&bob));
    let (_, again) = one.sign_in(5);
    assert!(one.is_live(&again) && other.is_live(&again), "whoever signs in again is in");
}

#[test]
fn a_demoted_cookie_is_refused_however_often_a_copy_of_it_was_written() {
    let Nodes { clock, one, other, .. } = nodes();
    let (admin, text) = one.sign_in(1);
    // A copy, used until its revision is far ahead.
    let mut copy = (admin.clone(), text.clone());
    for _ in 0..50 {
        copy = other.seal(&update(&copy.0.header, fields("admin")));
    }
    let (demoted, user) = one.seal(&rotate(&admin.header, 1));
    assert!(copy.0.header.revision > demoted.header.revision);
    clock.advance(LAG);
    for old in [&text, &copy.1] {
        assert!(!one.is_live(old) && !other.is_live(old));
    }
    assert_eq!(other.gone(&update(&copy.0.header, fields("admin"))), Gone::Rotated);
    assert!(one.is_live(&user) && other.is_live(&user));
}

#[test]
fn a_login_with_a_copy_from_before_an_ended_login_begins_anew() {
    let Nodes { one, other, .. } = nodes();
    let (anonymous, text) = one.seal(&create(&one, 1, fields("a cart")));
    let (signed_in, _) = one.seal(&sign_in(&anonymous.header));
    let (_, rotated) = one.seal(&rotate(&signed_in.header, 1));
    // It would be refused from the first request on.
    assert_eq!(other.gone(&sign_in(&anonymous.header)), Gone::Rotated);
    now(one.store.delete(&Handle::from_bytes([1; 16]))).unwrap();
    assert_eq!(other.gone(&sign_in(&anonymous.header)), Gone::Deleted);
    assert!(other.is_live(&text) && !one.is_live(&rotated));
}

#[test]
fn of_two_strict_rotations_of_one_record_one_is_made() {
    let Nodes { one, other, .. } = nodes();
    let (record, _) = one.sign_in(1);
    // Both nodes know that nothing was marked.
    let (_, _) =
        (one.seal(&update(&record.header, fields(""))), other.seal(&update(&record.header, fields(""))));
    let (_, first) = one.seal(&rotate(&record.header, 1));
    assert_eq!(other.gone(&rotate(&record.header, 2)), Gone::Rotated);
    assert!(other.is_live(&first));
}

#[test]
fn a_rotation_whose_answer_was_lost_is_made_when_it_is_asked_for_again() {
    let Nodes { one, marks, .. } = nodes();
    let (record, text) = one.sign_in(1);
    let mut write = rotate(&record.header, 1);
    assert!(one.is_live(&text));
    marks.lose_an_answer();
    let error = one.commit(&write).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::Unknown, .. }));
    assert!(!one.is_live(&text), "it may have been made, so it counts here");
    write.answer_lost = true;
    // What it was based on has been retired by itself.
    let (rotated, text) = one.seal(&write);
    assert!(one.is_live(&text));
    assert_eq!(rotated.header.strict_rotations, record.header.strict_rotations + 1);
}

#[test]
fn nothing_is_marked_for_a_record_that_does_not_fit() {
    let Nodes { one, marks, .. } = nodes();
    let (record, text) = one.sign_in(1);
    marks.calls();
    let mut write = rotate(&record.header, 1);
    write.fields = fields_of(4_000);
    assert!(matches!(one.commit(&write).unwrap_err().kind(), ErrorKind::TooLarge { .. }));
    assert!(one.is_live(&text), "the old cookie goes on");
}

#[test]
fn without_the_marks_nobody_who_is_signed_in_is_accepted_and_nobody_is_logged_out() {
    let Nodes { one, other, marks, .. } = nodes();
    let (record, text) = one.sign_in(1);
    marks.cut(true);
    let error = other.load(&text).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unavailable { applied: Applied::No, .. }), "{error}");
    assert!(other.commit(&update(&record.header, fields(""))).unwrap_err().is_unavailable());
    assert!(other.commit(&rotate(&record.header, 1)).unwrap_err().is_unavailable());
    assert!(now(other.store.delete(&Handle::from_bytes([1; 16]))).unwrap_err().is_unavailable());
    assert!(now(other.store.revoke_all(&ALICE)).unwrap_err().is_unavailable());
    assert!(now(other.store.health()).unwrap_err().is_unavailable());
    marks.cut(false);
    assert!(other.is_live(&text));
    assert!(now(other.store.health()).is_ok());
}

#[test]
fn nobody_asks_for_the_marks_of_nobody() {
    let Nodes { one, marks, .. } = nodes();
    marks.cut(true);
    let (record, text) = one.seal(&create(&one, 1, fields("")));
    let (record, _) = one.seal(&update(&record.header, fields("a cart")));
    let (record, _) = one.seal(&rotate(&record.header, 1));
    one.pass(SECOND);
    let touch = Touch::held(Handle::from_bytes([1; 16]), record, Duration::ZERO);
    assert!(matches!(now(one.store.touch(&touch)), Ok(Touched::Until { sealed: Some(_), .. })));
    assert!(one.is_live(&text));
    assert_eq!(marks.calls(), 0);
}

#[test]
fn marks_are_asked_for_once_per_lag() {
    let Nodes { clock, one, other, marks, .. } = nodes();
    let (record, text) = one.sign_in(1);
    assert_eq!(marks.calls(), 1, "a login asks for the time");
    for _ in 0..10 {
        assert!(other.is_live(&text));
        let _ = other.seal(&update(&record.header, fields("")));
    }
    assert_eq!(marks.calls(), 1);
    clock.advance(LAG);
    assert!(other.is_live(&text));
    assert_eq!(marks.calls(), 1);
    let (record, _) = other.seal(&rotate(&record.header, 1));
    assert_eq!(marks.calls(), 1, "a rotation is one raise");
    let _ = other.seal(&sign_in(&record.header));
    assert_eq!(marks.calls(), 3, "authenticating once more asks whether, for the time, and raises");
}

#[test]
fn a_store_without_marks_says_that_it_cannot_revoke() {
    let t = Fixture::new();
    assert!(!now(t.store.delete(&Handle::from_bytes([1; 16]))).unwrap());
    for result in [now(t.store.revoke_all(&ALICE)), now(nodes().one.store.revoke_all(&Principal::NOBODY))] {
        assert!(matches!(result.unwrap_err().kind(), ErrorKind::Unsupported { .. }));
    }
}
