//! Any bytes as `Cookie` headers, one to a line: what is found under our name is bounded, plain and told apart; and where
//! ids are signed, nothing that was made up costs a store call.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use session::config::{SessionConfig, SignedIds};
use session::cookie::{MAX_CANDIDATES, candidates, candidates_where};
use session::http::Exchange;
use session::testing::{Counting, ManualClock, ReferenceStore, block_on};
use session::{Runtime, SessionData};
use session_fuzz::{frugal, ring};

#[derive(SessionData, Clone)]
struct Empty {
    views: u32,
}

static STORE: LazyLock<Counting<ReferenceStore>> =
    LazyLock::new(|| Counting::new(ReferenceStore::new(ManualClock::default())));

static RUNTIME: LazyLock<Arc<Runtime>> = LazyLock::new(|| {
    let config = SessionConfig::builder().cookie_name("s").keys(ring().clone()).signed_ids(SignedIds::Required);
    Runtime::new(STORE.clone(), config.build().expect("a configuration"))
});

fuzz_target!(|bytes: &[u8]| {
    let headers = || bytes.split(|byte| *byte == b'\n');
    let found = frugal(0, || candidates(headers(), "s"));
    let values = found.values();
    assert!(values.len() <= MAX_CANDIDATES && found.is_empty() == values.is_empty());
    for (at, value) in values.iter().enumerate() {
        assert!(!value.is_empty() && value.iter().all(|byte| byte.is_ascii_graphic() && *byte != b'"' && *byte != b';'));
        assert!(!values[..at].contains(value));
    }
    // A stricter reader finds nothing that this one does not, as long as this one has room.
    let strict = candidates_where(headers(), "s", |value| value.len() > 3);
    assert!(found.overflow() || strict.values().iter().all(|value| values.contains(value)));

    LazyLock::force(&RUNTIME);
    let exchange = Exchange::<Empty>::new(Arc::clone(&RUNTIME));
    let session = block_on(exchange.open(headers())).expect("nothing is asked that could fail");
    assert!(session.is_new());
    assert_eq!(STORE.take().total(), 0, "an id that nobody signed was looked up");
});
