//! Every kind of event is told of when it happens: each scenario makes some of them happen, and together with the tests
//! named in [`ELSEWHERE`] they leave none out.

mod broken;
mod life;
mod refused;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use session::config::SessionConfigBuilder;
use session::event::{Events, SessionEvent, from_fn};
use session_tests::World;

use crate::structure::root;

/// Hears everything.
#[derive(Debug, Clone, Default)]
struct Ear(Arc<Mutex<Vec<SessionEvent>>>);

impl Ear {
    fn events(&self) -> Events {
        let heard = Arc::clone(&self.0);
        Events::none().with(from_fn(move |event| heard.lock().unwrap().push(event.clone())))
    }

    /// A store, a clock, and somebody who hears what happens.
    fn world(&self) -> World {
        self.world_with(|config| config)
    }

    fn world_with(&self, configure: impl FnOnce(SessionConfigBuilder) -> SessionConfigBuilder) -> World {
        World::with(|config| configure(config).events(self.events()))
    }

    /// The names of what was heard since the last time.
    fn heard(&self) -> BTreeSet<&'static str> {
        std::mem::take(&mut *self.0.lock().unwrap()).iter().map(SessionEvent::name).collect()
    }

    /// What was heard is exactly that.
    #[track_caller]
    fn heard_only(&self, expected: &[&'static str]) {
        assert_eq!(self.heard(), expected.iter().copied().collect());
    }

    /// What was heard has that in it.
    #[track_caller]
    fn heard_also(&self, expected: &[&'static str]) {
        let heard = self.heard();
        let missing: Vec<_> = expected.iter().filter(|name| !heard.contains(**name)).collect();
        assert!(missing.is_empty(), "{missing:?} in {heard:?}");
    }
}

/// Which scenario here asserts which kinds. Each list stands in its test.
const HERE: &[&[&str]] = &[life::SEEN, refused::SEEN, broken::SEEN];

/// Kinds that other tests make happen and look at, and where.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("revoked", "Revoked", "tests/it/security/binding.rs"),
    ("forged_id", "ForgedId", "tests/it/security/signed.rs"),
    ("plain_http", "PlainHttp", "tests/it/security/transport.rs"),
    ("binding_mismatch", "BindingMismatch", "tests/it/security/binding.rs"),
    ("csrf_refused", "CsrfRefused", "tests/it/security/csrf.rs"),
    ("decrypt_failed", "DecryptFailed", "tests/it/secrets/refused.rs"),
    ("withheld_write", "WithheldWrite", "tests/it/security/reauthentication.rs"),
    ("incomplete_cookie", "IncompleteCookie", "tests/it/cookie_store/told.rs"),
    ("revoked_used", "RevokedUsed", "tests/it/cookie_store/told.rs"),
    ("outlives_marks", "OutlivesMarks", "tests/it/cookie_store/told.rs"),
    ("late_change", "LateChange", "tests/it/queries/streams.rs"),
    ("breaker_changed", "BreakerChanged", "session-stores/src/wrap/tests/breaker.rs"),
    ("retried", "Retried", "session-stores/src/wrap/tests/retry.rs"),
    ("assurance_deviates", "AssuranceDeviates", "tests/it/configuration/assurance.rs"),
    ("caching_overruled", "CachingOverruled", "tests/it/security/caching.rs"),
];

/// What cannot be heard: without a layer there is no configuration and so no sink but the log; and a cookie that cannot be
/// written would be a mistake of ours.
const UNHEARD: &[&str] = &["missing_layer", "unwritable_cookie"];

#[test]
fn no_kind_of_event_is_left_out() {
    let text = std::fs::read_to_string(root().join("session/src/event/kinds.rs")).expect("the kinds");
    let (_, names) = text.split_once("fn name(").expect("the names");
    let (names, _) = names.split_once("\n    }\n").expect("their end");
    let all: BTreeSet<_> = names.lines().filter_map(|line| line.split('"').nth(1)).collect();
    let mut seen: BTreeSet<_> = HERE.iter().copied().flatten().chain(UNHEARD).copied().collect();
    for (name, variant, path) in ELSEWHERE {
        let test = std::fs::read_to_string(root().join(path)).expect("a test");
        assert!(test.contains(&format!("Event::{variant}")), "{path} does not look at {variant}");
        seen.insert(name);
    }
    assert_eq!(seen, all);
}
