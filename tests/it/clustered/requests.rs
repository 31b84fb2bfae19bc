//! A browser in front of two nodes.

use std::sync::Arc;
use std::time::Duration;

use session::http::{Caching, Exchange, Finish};
use session::store::Store;
use session::{Runtime, SessionConfig};
use session_tests::clustered::live;
use session_tests::redis_subject::application;
use session_tests::servers::{self, Hearing, Muffle};
use session_tests::{GET, POST, Page, Shop, World};

use super::*;

const LONG: Duration = Duration::from_secs(60);

/// Cookies by name, as a browser keeps them.
#[derive(Default)]
struct Jar(Vec<(String, String)>);

impl Jar {
    fn receive(&mut self, finish: &Finish) {
        for line in finish.set_cookie.iter().chain(&finish.hint) {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.0.retain(|(known, _)| known != name);
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    fn header(&self) -> String {
        self.0.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

fn runtime(store: impl Store) -> Arc<Runtime> {
    Runtime::new(store, SessionConfig::default())
}

/// A request to that node: the views that it saw, and its response.
async fn visit(node: &Arc<Runtime>, jar: &mut Jar, page: Page, counts: bool) -> (u32, Finish) {
    let exchange = Exchange::<Shop>::new(node.clone());
    let header = jar.header();
    let session = exchange.open(std::iter::once(header.as_bytes())).await.unwrap();
    let seen = session.views();
    if counts {
        session.update_views(|views| *views += 1);
    }
    let finish = exchange.finish(page.facts, page.status).await.unwrap();
    assert!(finish.failure.is_none(), "{finish:?}");
    jar.receive(&finish);
    (seen, finish)
}

#[tokio::test]
async fn a_client_reads_its_own_writes_on_a_node_that_hears_nothing() {
    let server = servers::single();
    let (muffle, application) = (Muffle::to(server.port()).await, application());
    let a = live(node(&server.address(), &application).lease(LONG)).await;
    let b = live(node(&muffle.address(), &application).lease(LONG)).await;
    let (a, far) = (runtime(a), b.clone());
    let b = runtime(b);
    let mut jar = Jar::default();
    assert_eq!(visit(&a, &mut jar, POST, true).await.0, 0);
    assert_eq!(visit(&b, &mut jar, GET, false).await.0, 1);
    muffle.set(Hearing::Deaf);
    for expected in 2..6 {
        assert_eq!(visit(&a, &mut jar, POST, true).await.0, expected - 1);
        assert_eq!(visit(&b, &mut jar, GET, false).await.0, expected, "with the hint");
        let loads = far.stats().misses;
        assert_eq!(visit(&b, &mut jar, GET, false).await.0, expected);
        assert_eq!(far.stats().misses, loads, "fetched once");
    }
    assert_eq!(far.stats().older_than_hint, 4);

    // Whoever has no hint may be shown what was before: that is what the lease bounds.
    let mut without = Jar(jar.0.iter().filter(|(name, _)| !name.ends_with("-r")).cloned().collect());
    assert_eq!(visit(&a, &mut jar, POST, true).await.0, 5);
    assert_eq!(visit(&b, &mut without, GET, false).await.0, 5);

    // A forged hint costs a load a request, and nothing else.
    without.0.push(("__Host-session-r".to_owned(), u64::MAX.to_string()));
    let loads = far.stats().misses;
    for _ in 0..3 {
        assert_eq!(visit(&b, &mut without, GET, false).await.0, 6);
    }
    assert_eq!(far.stats().misses, loads + 3);
}

#[tokio::test]
async fn a_hint_goes_with_every_write_and_with_nothing_else() {
    let address = servers::single().address();
    let store = live(node(&address, &application()).lease(Duration::from_millis(2_500))).await;
    let node = runtime(store);
    let mut jar = Jar::default();
    let (_, created) = visit(&node, &mut jar, POST, true).await;
    let hint = created.hint.unwrap();
    assert!(hint.starts_with("__Host-session-r=1; Path=/; Secure; HttpOnly"), "{hint}");
    assert!(hint.ends_with("Max-Age=3"), "{hint}");
    let (_, read) = visit(&node, &mut jar, GET, false).await;
    assert_eq!((read.hint, read.caching), (None, Caching::Private));
    let (_, written) = visit(&node, &mut jar, POST, true).await;
    assert!(written.hint.unwrap().starts_with("__Host-session-r=2;"));
    assert_eq!((written.set_cookie, written.caching), (None, Caching::NoStore));
}

#[tokio::test]
async fn a_store_without_copies_sends_no_hint() {
    let world = World::new();
    let mut jar = Jar::default();
    let (_, finish) = visit(&world.runtime, &mut jar, POST, true).await;
    assert!(finish.set_cookie.is_some() && finish.hint.is_none());
}
