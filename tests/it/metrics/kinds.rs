//! Every kind of event becomes a number.

use std::collections::{BTreeMap, BTreeSet};

use session::config::{Aal, Assurance, OnCorrupt, OnMismatch, SessionConfig};
use session::crypto::{Key, KeyRing};
use session::data::OnFailure;
use session::event::{
    Breaker, CookieSent, EventSink as _, Events, Failure, Fingerprint, RevokedBy, SessionEvent as Event,
};
use session::metrics::MetricsEvents;
use session::store::{Gone, Rotation};
use session::{Applied, Error, ErrorKind, Handle};

use super::names::seed;
use super::operations::measure_everything;
use super::{Recorder, Told, labels, names, seed_value, sum};
use crate::structure::root;

fn assurance() -> Assurance {
    let keys = KeyRing::new(&Key::generate().expect("randomness"));
    let config = SessionConfig::builder().keys(keys).assurance(Aal::One).build();
    config.expect("a valid configuration").assurance().cloned().expect("one that was declared")
}

/// One event of every kind.
pub(super) fn one_of_each() -> Vec<Event> {
    let session = Fingerprint::from(Handle::from_bytes([7; 16]));
    let (from, to, shown) = (session, session, session);
    let failure = || Failure::from(&Error::unavailable(Applied::No, "cut"));
    let why = Gone::Deleted;
    vec![
        Event::Loaded { session },
        Event::Created { session },
        Event::Authenticated { session },
        Event::Committed { session, revision: 3, attempts: 2 },
        Event::Merged { session, attempts: 2 },
        Event::Rotated { session, from: None, to: None, how: Rotation::Strict, rotations: 1 },
        Event::Destroyed { session },
        Event::Expired { session },
        Event::Revoked { session, by: RevokedBy::Search },
        Event::Cleared { sessions: 5 },
        Event::Responding { session: None, cookie: CookieSent::Issued },
        Event::UnknownId { session },
        Event::UnknownSecret { session, shown },
        Event::ReusedSecret { session, shown },
        Event::TooManyCookies,
        Event::IncompleteCookie,
        Event::AmbiguousCookies { sessions: 2 },
        Event::ForgedId,
        Event::PlainHttp { has_cookie: true },
        Event::BindingMismatch { session, what: "ip", answer: OnMismatch::Refuse },
        Event::CsrfRefused { why: "no token".to_owned() },
        Event::DecryptFailed { session: None, what: "record" },
        Event::RevokedUsed { session, why },
        Event::OutlivesMarks { session },
        Event::LateWrite { session, why },
        Event::WithheldWrite { what: "ip" },
        Event::LoginMoved { from, to, why },
        Event::LateChange { session: None },
        Event::ShapeMismatch { session, field: "cart", why: None },
        Event::ConversionFailed { session, field: "cart" },
        Event::UpgradeFailed { session, failure: failure(), answer: OnFailure::Refuse },
        Event::Corrupt { failure: failure(), answer: OnCorrupt::Refuse },
        Event::Unreadable { session, failure: failure() },
        Event::LoadFailed { failure: failure() },
        Event::CommitFailed { failure: failure() },
        Event::TouchFailed { session, failure: failure() },
        Event::ReleaseFailed { session, failure: failure() },
        Event::Degraded { failure: failure() },
        Event::DroppedInOutage,
        Event::BreakerChanged {
            store: "redis",
            traffic: "reads",
            shard: 2,
            from: Breaker::Closed,
            to: Breaker::Open,
        },
        Event::Retried { store: "redis", operation: "load", attempt: 2 },
        Event::Evicted { store: "memory", sessions: 3 },
        Event::AssuranceDeviates { assurance: assurance() },
        Event::MissingLayer { data: "Shop", failure: failure() },
        Event::CookieClash { cookie: "session".to_owned(), data: "Shop" },
        Event::CachingOverruled { header: "cache-control".to_owned(), value: "public".to_owned() },
        Event::UnwritableCookie,
    ]
}

/// The names of all kinds, from the source: the one place where no kind can be missing.
fn all_names() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("session/src/event/kinds.rs")).expect("the kinds");
    let (_, rest) = text.split_once("fn name(").expect("the names");
    let lines = rest.lines().map_while(|line| (line.trim() != "}" || line.len() > 8).then_some(line));
    let quoted = |line: &str| line.split('"').nth(1).map(str::to_owned);
    lines.filter_map(quoted).collect()
}

#[test]
fn every_kind_of_event_is_counted_under_its_name() {
    let recorder = Recorder::default();
    let sink = MetricsEvents::new(recorder.meter());
    let events = one_of_each();
    for event in &events {
        sink.on_event(event);
    }
    let told = recorder.take();

    let expected = all_names();
    let seen: BTreeSet<String> = events.iter().map(|event| event.name().to_owned()).collect();
    assert_eq!(seen, expected, "a kind is missing here");
    let counted: BTreeMap<String, f64> = told
        .iter()
        .filter(|told| told.name == "session_events_total")
        .map(|Told { labels, value, .. }| (labels.clone(), *value))
        .collect();
    let once = expected.iter().map(|name| (format!("event={name:?}"), 1.0)).collect();
    assert_eq!(counted, once);
}

#[test]
fn events_tell_more_than_that_they_happened() {
    let recorder = Recorder::default();
    let sink = Events::none().with(MetricsEvents::new(recorder.meter()));
    for event in one_of_each() {
        sink.emit(&event);
    }
    let told = recorder.take();

    let failed = labels(&told, "session_failures_total");
    assert_eq!(failed.len(), 9, "every event with an error: {failed:?}");
    assert!(failed.contains("event=\"load_failed\",kind=\"unavailable\""));
    assert_eq!(sum(&told, "session_commit_attempts", ""), 2.0);
    for (by, sessions) in [("request", 1.0), ("expiry", 1.0), ("search", 1.0), ("clear", 5.0)] {
        assert_eq!(sum(&told, "session_ended_total", &format!("by={by:?}")), sessions, "{by}");
    }
    assert_eq!(sum(&told, "session_store_retries_total", "store=\"redis\",operation=\"load\""), 1.0);
    assert_eq!(sum(&told, "session_store_evicted_total", "store=\"memory\""), 3.0);
    let changes = "store=\"redis\",traffic=\"reads\",to=\"open\"";
    assert_eq!(sum(&told, "session_breaker_changes_total", changes), 1.0);
    assert_eq!(sum(&told, "session_breaker_state", "store=\"redis\",traffic=\"reads\",shard=\"2\""), 2.0);
    assert_eq!(names(&told).len(), 8, "{:?}", names(&told));
}

#[test]
fn every_state_of_a_breaker_has_a_number() {
    let recorder = Recorder::default();
    let sink = MetricsEvents::new(recorder.meter());
    for (to, state) in [(Breaker::Open, 2.0), (Breaker::HalfOpen, 1.0), (Breaker::Closed, 0.0)] {
        let from = Breaker::Closed;
        sink.on_event(&Event::BreakerChanged { store: "redis", traffic: "reads", shard: 0, from, to });
        let told = recorder.take();
        assert_eq!(
            sum(&told, "session_breaker_state", "store=\"redis\",traffic=\"reads\",shard=\"0\""),
            state
        );
        assert_eq!(told.len(), 3);
    }
}

#[test]
fn whoever_ends_a_session_has_a_word() {
    let recorder = Recorder::default();
    let sink = MetricsEvents::new(recorder.meter());
    let session = Fingerprint::from(Handle::from_bytes([7; 16]));
    let by = [
        RevokedBy::Reuse,
        RevokedBy::Principal,
        RevokedBy::Binding,
        RevokedBy::Limit,
        RevokedBy::Search,
        RevokedBy::Operator,
    ];
    for by in by {
        sink.on_event(&Event::Revoked { session, by });
    }
    let words = labels(&recorder.take(), "session_ended_total");
    let expected =
        ["reuse", "principal", "binding", "limit", "search", "operator"].map(|by| format!("by={by:?}"));
    assert_eq!(words, BTreeSet::from(expected));
}

#[test]
fn kinds_of_errors_have_names_of_their_own() {
    let kinds = [
        ErrorKind::Absent,
        ErrorKind::Unavailable { applied: Applied::No, retry_after: None },
        ErrorKind::Corrupt,
        ErrorKind::TooNew { version: 1 },
        ErrorKind::Gone(Gone::Deleted),
        ErrorKind::Full { limit: 1 },
        ErrorKind::OutcomeUnknown,
        ErrorKind::Seal,
    ];
    let names: BTreeSet<_> = kinds.iter().map(ErrorKind::name).collect();
    assert_eq!(names.len(), kinds.len());
}

/// What a store has to be asked for is in `operations`.
#[test]
fn what_the_seed_counted_is_told_of() {
    let recorder = Recorder::default();
    let sink = MetricsEvents::new(recorder.meter());
    let half = Event::BreakerChanged {
        store: "redis",
        traffic: "reads",
        shard: 0,
        from: Breaker::Open,
        to: Breaker::HalfOpen,
    };
    one_of_each().iter().chain([&half]).for_each(|event| sink.on_event(event));
    recorder.meter().live("redis", 3);
    measure_everything(&recorder);
    let told = recorder.take();
    for row in seed() {
        assert!(seed_value(&told, &row), "nothing told of {row:?}");
    }
}
