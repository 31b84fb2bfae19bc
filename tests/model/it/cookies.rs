//! What a cookie store remembers of marks never outlives a logout on this node.

use std::sync::Arc;

use shuttle::future::block_on;
use shuttle::thread;

use super::{Visit, explore};
use session::crypto::{Key, KeyRing};
use session::http::Exchange;
use session::{Runtime, Session, SessionConfig};
use session_stores::{CookieStore, MemoryStore};

fn open(runtime: &Arc<Runtime>, cookie: Option<&str>) -> (Exchange<Visit>, Session<Visit>) {
    let exchange = Exchange::new(Arc::clone(runtime));
    let session =
        block_on(exchange.open(cookie.into_iter().map(str::as_bytes))).expect("the marks are there");
    (exchange, session)
}

#[test]
fn a_logout_is_known_here_at_once_whoever_asks_meanwhile() {
    let key = KeyRing::new(&Key::generate().expect("random bytes"));
    explore(move || {
        let marks = MemoryStore::new();
        // The second one remembers nothing of the first one's login.
        let [first, runtime] = [(); 2].map(|()| {
            let store = CookieStore::builder().keys(key.clone()).revocation(marks.clone()).build();
            Runtime::new(store, SessionConfig::default())
        });
        let (exchange, session) = open(&first, None);
        session.sign_in(7);
        let page = session::http::RequestFacts { safe: false, head: false, prefetch: false };
        let answer = block_on(exchange.finish(page, 200)).expect("it was opened");
        let line = answer.set_cookie.expect("a cookie");
        let cookie = line.split(';').next().expect("a pair").to_owned();

        let (leaving, asking) =
            ((Arc::clone(&runtime), cookie.clone()), (Arc::clone(&runtime), cookie.clone()));
        let logout = thread::spawn(move || {
            let (_, session) = open(&leaving.0, Some(&leaving.1));
            block_on(session.destroy()).expect("the marks are there");
        });
        // Fills what is remembered: before, in the midst or after.
        let reader = thread::spawn(move || open(&asking.0, Some(&asking.1)).1.user_id());
        logout.join().expect("it ends");
        reader.join().expect("it reads");
        assert_eq!(open(&runtime, Some(&cookie)).1.user_id(), None);
    });
}
