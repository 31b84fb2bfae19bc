use std::time::Duration;

use super::*;
use crate::record::Nonce;

const MS: Duration = Duration::from_millis(1);
const NOW: Timestamp = Timestamp::from_millis(1_000_000_000);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn handle(number: u8) -> Handle {
    Handle::from_bytes([number; 16])
}

fn stamp(revision: u64, by: u8) -> Stamp {
    Stamp { revision, nonce: Nonce([by; 8]) }
}

/// A login of session `number`, whose request begins at `since`.
fn entry(number: u8, since: Timestamp) -> Entry {
    let stamp = stamp(1, number);
    Entry { handle: handle(number), since, authenticates: true, until: since.after(DAY), stamp }
}

fn handles(members: &[Member]) -> Vec<u8> {
    members.iter().map(|member| member.handle.as_bytes()[0]).collect()
}

fn revoked<V: PartialEq + std::fmt::Debug>(answer: &Result<V, Refusal>) {
    assert_eq!(answer, &Err(Refusal::Gone(Gone::Revoked)));
}

#[test]
fn what_began_by_the_moment_of_a_bar_is_refused_and_what_began_after_it_is_not() {
    let mut roll = Roll::default();
    assert!(roll.bar(None, NOW).is_empty());
    revoked(&roll.admit(&entry(1, NOW), None, NOW.after(DAY / 48)));
    assert_eq!(roll.admit(&entry(1, NOW.after(MS)), None, NOW.after(MS)), Ok(true));
}

#[test]
fn a_bar_never_moves_back() {
    let mut roll = Roll::default();
    roll.bar(None, NOW.after(MS));
    // The server's clock was set back.
    roll.bar(None, NOW);
    revoked(&roll.admit(&entry(1, NOW.after(MS)), None, NOW.after(MS)));
}

#[test]
fn a_login_that_takes_longer_than_bars_are_known_is_refused() {
    let mut roll = Roll::default();
    let late = NOW.after(LOGIN_LIFE);
    assert_eq!(roll.admit(&entry(1, NOW), None, late), Ok(true));
    assert_eq!(roll.admit(&entry(2, NOW), None, late.after(MS)), Err(Refusal::Gone(Gone::TooLate)));
    let joins = Entry { authenticates: false, ..entry(3, NOW) };
    assert_eq!(roll.admit(&joins, None, late.after(MS)), Ok(true), "nobody logs in here");
}

#[test]
fn who_is_to_end_does_not_escape_by_saying_it_again() {
    let mut roll = Roll::default();
    roll.admit(&entry(1, NOW), None, NOW).unwrap();
    assert!(roll.bar(None, NOW.after(MS))[0].doomed);
    let again = Entry { stamp: stamp(2, 9), ..entry(1, NOW.after(2 * MS)) };
    revoked(&roll.admit(&again, None, NOW.after(2 * MS)));
    assert!(roll.members(NOW.after(2 * MS))[0].doomed);
}

#[test]
fn who_is_to_end_is_no_exception_of_the_next_bar() {
    let mut roll = Roll::default();
    roll.admit(&entry(1, NOW), None, NOW).unwrap();
    roll.bar(None, NOW);
    assert!(roll.bar(Some(handle(1)), NOW.after(MS))[0].doomed);
    let later = NOW.after(2 * MS);
    assert_eq!(roll.admit(&entry(2, later), None, later), Ok(true));
    let doomed = roll.bar(Some(handle(2)), later).into_iter().map(|member| member.doomed);
    assert_eq!(doomed.collect::<Vec<_>>(), [true, false]);
}

#[test]
fn who_was_to_end_and_is_over_is_an_exception_as_anybody_is() {
    let over = NOW.after(DAY);
    let barred = |is_swept: bool| {
        let mut roll = Roll::default();
        roll.admit(&entry(1, NOW), None, NOW).unwrap();
        roll.bar(None, NOW);
        if is_swept {
            roll.sweep(over);
        }
        roll.bar(Some(handle(1)), over);
        roll.admit(&entry(1, over), None, over)
    };
    assert_eq!(barred(true), Ok(true));
    assert_eq!(barred(false), Ok(true), "whether somebody has swept");
}

#[test]
fn a_bar_has_one_exception_and_the_next_bar_another() {
    let mut roll = Roll::default();
    roll.admit(&entry(1, NOW), None, NOW).unwrap();
    roll.admit(&entry(2, NOW), None, NOW).unwrap();
    let seen = roll.bar(Some(handle(1)), NOW.after(MS));
    assert_eq!(seen.iter().map(|member| member.doomed).collect::<Vec<_>>(), [false, true]);
    let again = Entry { stamp: stamp(2, 9), ..entry(1, NOW) };
    assert_eq!(roll.admit(&again, None, NOW.after(MS)), Ok(false));
    assert!(roll.bar(None, NOW.after(2 * MS)).iter().all(|member| member.doomed));
}

#[test]
fn a_limit_counts_who_stays_and_nobody_twice() {
    let mut roll = Roll::default();
    let later = NOW.after(MS);
    roll.admit(&entry(1, NOW), Some(2), NOW).unwrap();
    roll.admit(&entry(2, NOW), Some(2), NOW).unwrap();
    let full = roll.admit(&entry(3, NOW), Some(2), NOW);
    assert!(matches!(full, Err(Refusal::Full(members)) if handles(&members) == [1, 2]));
    assert_eq!(roll.admit(&entry(2, NOW), Some(2), NOW), Ok(false), "it is counted already");
    roll.bar(Some(handle(1)), NOW);
    assert_eq!(roll.admit(&entry(3, later), Some(2), later), Ok(true), "the doomed are not counted");
}

#[test]
fn a_commit_takes_back_its_own_word_only() {
    let mut roll = Roll::default();
    let mine = entry(1, NOW);
    roll.admit(&mine, None, NOW).unwrap();
    let theirs = Entry { stamp: stamp(1, 7), ..mine };
    roll.admit(&theirs, None, NOW).unwrap();
    roll.withdraw(&mine);
    assert_eq!(handles(&roll.members(NOW)), [1]);
    roll.withdraw(&theirs);
    assert!(roll.members(NOW).is_empty());
}

#[test]
fn a_commit_that_may_be_refused_makes_no_membership_shorter() {
    let mut roll = Roll::default();
    let made = entry(1, NOW);
    roll.admit(&made, None, NOW).unwrap();
    let until = NOW.after(MS);
    let stale = Entry { until, stamp: stamp(1, 2), authenticates: false, ..made };
    assert_eq!(roll.admit(&stale, None, NOW), Ok(false));
    assert_eq!(roll.members(until)[0].until, made.until);
}

#[test]
fn a_retry_does_not_hide_that_a_later_commit_is_coming() {
    let mut roll = Roll::default();
    let first = entry(1, NOW);
    roll.admit(&Entry { stamp: stamp(4, 4), ..first }, None, NOW).unwrap();
    let seen = roll.members(NOW)[0];
    roll.admit(&first, None, NOW).unwrap();
    assert_eq!(roll.members(NOW)[0].stamp.revision, 4, "who has revision 3 must not take it out");
    roll.leave(&handle(1), stamp(3, 3));
    roll.unlist(&seen);
    assert_eq!(handles(&roll.members(NOW)), [1]);
}

#[test]
fn a_late_departure_takes_no_later_arrival_away() {
    let mut roll = Roll::default();
    // 5 at revision 1; to 6 by revision 2; and back to 5 by revision 3, before the second commit's departure comes.
    roll.admit(&entry(1, NOW), None, NOW).unwrap();
    roll.admit(&Entry { stamp: stamp(3, 3), ..entry(1, NOW) }, None, NOW).unwrap();
    roll.leave(&handle(1), stamp(2, 2));
    assert_eq!(handles(&roll.members(NOW)), [1]);
    roll.leave(&handle(1), stamp(4, 4));
    assert!(roll.members(NOW).is_empty());
}

#[test]
fn a_member_goes_as_it_was_seen() {
    let mut roll = Roll::default();
    roll.admit(&entry(1, NOW), None, NOW).unwrap();
    let seen = roll.members(NOW)[0];
    roll.admit(&Entry { stamp: stamp(2, 2), ..entry(1, NOW) }, None, NOW).unwrap();
    roll.unlist(&seen);
    let seen = roll.members(NOW)[0];
    roll.unlist(&seen);
    assert!(roll.members(NOW).is_empty());
}

#[test]
fn nothing_stays() {
    let mut roll = Roll::default();
    assert_eq!((roll.ends(), roll.kept()), (None, 0));
    roll.admit(&entry(1, NOW), None, NOW).unwrap();
    roll.bar(None, NOW.after(MS));
    assert_eq!((roll.ends(), roll.kept()), (Some(NOW.after(DAY)), 2));
    // Whom the bar doomed is known for as long as they are members.
    assert!(roll.members(NOW.after(DAY.saturating_sub(MS)))[0].doomed);
    roll.sweep(NOW.after(DAY));
    assert_eq!((roll.ends(), roll.kept()), (None, 0));

    roll.bar(None, NOW);
    roll.sweep(NOW.after(LOGIN_LIFE));
    assert_eq!((roll.ends(), roll.kept()), (Some(NOW.after(LOGIN_LIFE)), 1));
    roll.sweep(NOW.after(LOGIN_LIFE + MS));
    assert_eq!(roll.kept(), 0);
}
