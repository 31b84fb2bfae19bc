//! Clocks that differ, moments that are the same, and records that are older than any mark.

use super::watched::Watched;
use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// A node, and marks by a clock of their own.
struct Skewed {
    marks_clock: Arc<ManualClock>,
    node: Fixture,
}

/// The node's clock is so far behind (or ahead of) that of the marks.
fn skewed(behind: Duration, ahead: Duration) -> Skewed {
    let (node_clock, marks_clock) = (Arc::new(ManualClock::default()), Arc::new(ManualClock::default()));
    node_clock.advance(ahead);
    marks_clock.advance(behind);
    let marks = Watched::new(Arc::clone(&marks_clock));
    let set_up = |builder: CookieStoreBuilder| builder.revocation(marks.marks).revocation_lag(Duration::ZERO);
    Skewed { marks_clock, node: Fixture::on(node_clock, set_up) }
}

#[test]
fn a_node_whose_clock_is_ten_minutes_off_revokes_what_was_and_accepts_what_comes() {
    let off = Duration::from_secs(600);
    for (behind, ahead) in [(off, Duration::ZERO), (Duration::ZERO, off)] {
        let Skewed { marks_clock, node } = skewed(behind, ahead);
        let pass = |span| {
            marks_clock.advance(span);
            node.pass(span);
        };
        let (record, before) = node.sign_in(1);
        pass(SECOND);
        now(node.store.revoke_all(&ALICE)).unwrap();
        pass(SECOND);
        let (_, after) = node.sign_in(2);
        assert!(!node.is_live(&before), "behind by {behind:?}, ahead by {ahead:?}");
        assert!(node.is_live(&after), "behind by {behind:?}, ahead by {ahead:?}");
        // The deadlines are by the clock that they are compared with.
        assert_eq!(record.header.absolute_deadline.since(record.header.created), LIFE);
    }
}

#[test]
fn what_was_authenticated_at_the_moment_of_a_revocation_is_refused() {
    let Skewed { node, .. } = skewed(Duration::ZERO, Duration::ZERO);
    let (_, before) = node.sign_in(1);
    now(node.store.revoke_all(&ALICE)).unwrap();
    assert!(!node.is_live(&before));
}

#[test]
fn whoever_signs_in_at_the_moment_after_a_revocation_is_in() {
    let Skewed { node, .. } = skewed(Duration::ZERO, Duration::ZERO);
    now(node.store.revoke_all(&ALICE)).unwrap();
    let (record, text) = node.sign_in(1);
    assert!(node.is_live(&text));
    assert_eq!(record.header.authenticated_at, Some(node.clock.now().after(Duration::from_millis(1))));
}

#[test]
fn a_session_that_was_revoked_is_not_renewed_by_authenticating_in_it() {
    let Skewed { node, .. } = skewed(Duration::ZERO, Duration::ZERO);
    let (record, _) = node.sign_in(1);
    now(node.store.revoke_all(&ALICE)).unwrap();
    assert_eq!(node.gone(&sign_in(&record.header)), Gone::Deleted);
}

#[test]
fn a_session_that_lives_longer_than_marks_are_kept_is_refused() {
    let clock = Arc::new(ManualClock::default());
    let keys = ring();
    let covering = |covers| {
        let marks = Watched::covering(Arc::clone(&clock), covers);
        let builder =
            CookieStore::builder().keys(keys.clone()).clock(Arc::clone(&clock)).revocation(marks.marks);
        let lifetime = session::config::Lifetime { idle: DAY, absolute: DAY, persistent: false };
        let config = SessionConfig::builder().authenticated(lifetime).remembered(lifetime).build().unwrap();
        Fixture { store: builder.build().for_config(&config).unwrap(), clock: Arc::clone(&clock) }
    };
    let long = covering(MONTH);
    let (anonymous, _) = long.seal(&create(&long, 1, fields("")));
    let living = |span| {
        let mut write = sign_in(&anonymous.header);
        write.times.absolute = Absolute::Span(span);
        write
    };
    let (month, text) = long.seal(&living(MONTH));
    let (_, day) = long.seal(&living(DAY));
    // Lifetimes were shortened, and marks with them: a copy of the old cookie would outlive its mark.
    let short = covering(DAY);
    assert!(long.is_live(&text) && !short.is_live(&text));
    assert!(long.is_live(&day) && short.is_live(&day));
    assert_eq!(short.gone(&update(&month.header, fields(""))), Gone::Expired);
    assert!(matches!(short.commit(&living(MONTH)).unwrap_err().kind(), ErrorKind::Config(_)));
}
