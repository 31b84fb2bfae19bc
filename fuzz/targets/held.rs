//! Any bytes as `Cookie` headers where the client keeps the session, with real sessions among them: whatever is mixed, cut
//! and added, what opens is one of those that were sealed, whole.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use session::config::SessionConfig;
use session::http::{Exchange, RequestFacts};
use session::testing::{ManualClock, block_on};
use session::{Runtime, Session, SessionData};
use session_fuzz::ring;
use session_stores::CookieStore;

#[derive(SessionData, Clone)]
struct Held {
    name: String,
}

/// How long the name is in each session that was sealed: the first one takes one cookie and the others two.
const LENGTHS: [usize; 3] = [1, 4_000, 4_001];
/// Takes back what came before it.
const BACK: u8 = 0xff;
/// Where headers end: a few of every value.
const MOST: usize = 100_000;

static RUNTIME: LazyLock<Arc<Runtime>> = LazyLock::new(|| {
    let config = SessionConfig::builder().cookie_name("s").cookie_chunks(4).clock(ManualClock::default());
    let store = CookieStore::builder().keys(ring().clone()).clock(ManualClock::default()).build();
    Runtime::new(store, config.build().expect("a configuration"))
});

/// The values of the cookies of all these sessions.
static VALUES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let values: Vec<_> = LENGTHS.into_iter().flat_map(sealed).collect();
    let whole = [format!("s={}", values[0]), format!("s={}; s.1={}", values[1], values[2])];
    for (header, length) in whole.iter().zip(LENGTHS) {
        assert_eq!(opened(header.as_bytes()).name().len(), length, "the sessions are there to be found");
    }
    values
});

fn sealed(length: usize) -> Vec<String> {
    let exchange = Exchange::<Held>::new(Arc::clone(&RUNTIME));
    let session = block_on(exchange.open(std::iter::empty())).expect("a new session");
    session.set_name("x".repeat(length));
    let request = RequestFacts { safe: false, head: false, prefetch: false };
    let finish = block_on(exchange.finish(request, 200)).expect("it was opened");
    let lines = finish.set_cookie.iter().chain(&finish.more_cookies);
    let value = |line: &String| line.split(['=', ';']).nth(1).expect("a pair").to_owned();
    lines.map(value).collect()
}

fn opened(headers: &[u8]) -> Session<Held> {
    let exchange = Exchange::<Held>::new(Arc::clone(&RUNTIME));
    block_on(exchange.open(headers.split(|byte| *byte == b'\n'))).expect("nothing is asked that could fail")
}

fuzz_target!(|bytes: &[u8]| {
    let mut headers = Vec::new();
    for byte in bytes {
        // A byte beyond ASCII stands for one of the values.
        match byte.checked_sub(0x80).and_then(|at| VALUES.get(usize::from(at))) {
            Some(value) if headers.len() < MOST => headers.extend_from_slice(value.as_bytes()),
            None if *byte == BACK => _ = headers.pop(),
            _ => headers.push(*byte),
        }
    }
    let session = opened(&headers);
    let name = session.name().clone();
    assert!(name.bytes().all(|byte| byte == b'x'));
    assert_eq!(session.is_new(), name.is_empty());
    assert!(name.is_empty() || LENGTHS.contains(&name.len()), "a session that nobody sealed");
});
