//! How many allocations and store calls each kind of request costs: exact numbers, so that whoever makes a request dearer
//! has to say so here.
//!
//! A binary of its own, because counting takes the program's allocator.

#![allow(unreachable_pub, reason = "structs of session data are written as an app would write them")]

use allocation_counter::measure;
use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderValue, Method, Request, Response};
use session::crypto::{Key, KeyRing};
use session::store::Store;
use session::testing::{Calls, Counting, block_on};
use session::{Session, SessionLayer};
use session_stores::{CookieStore, MemoryStore};
use session_tests::{Item, Shop};
use tower::Service as _;

type Customer = Session<Shop>;

/// An app, its store, and the cookie of a session in it.
struct App<S> {
    router: Router,
    store: Counting<S>,
    cookie: Option<HeaderValue>,
}

fn create(session: &Customer) {
    session.update(|data| {
        data.user_id = Some(7);
        data.name = Some("Ada".to_owned());
        data.cart = vec![Item::one("tea"), Item::one("milk")];
    });
}

impl<S: Store + Clone> App<S> {
    fn new(store: S) -> Self {
        let store = Counting::new(store);
        let routes = Router::new()
            .route("/untouched", get(async || ()))
            .route("/read", get(async |session: Customer| assert_eq!(session.cart().len(), 2)))
            .route("/change", post(async |session: Customer| session.update_views(|views| *views += 1)))
            .route("/create", post(async |session: Customer| create(&session)))
            .route("/login", post(async |session: Customer| session.sign_in(7)));
        let router = routes.layer(SessionLayer::<Shop>::new(store.clone()));
        let mut app = Self { router, store, cookie: None };
        app.ask(Method::POST, "/create");
        // The first of everything: tables that grow, a queue that is made.
        for path in ["/change", "/login", "/change"] {
            app.ask(Method::POST, path);
        }
        app.store.take();
        app
    }

    /// One request; the app keeps the cookie that it gets.
    fn ask(&mut self, method: Method, path: &str) {
        let response = block_on(send(&self.router, method, path, self.cookie.as_ref()));
        assert_eq!(response.status(), 200, "{path}");
        if let Some(line) = response.headers().get(SET_COOKIE) {
            let pair = line.as_bytes().split(|byte| *byte == b';').next().expect("a pair");
            self.cookie = HeaderValue::from_bytes(pair).ok();
        }
    }

    /// The allocations of one request above those of a router without sessions, and its store calls.
    fn cost(&self, method: &Method, path: &str, has_cookie: bool) -> (u64, Calls) {
        let bare = Router::new().route(path, get(async || ()).post(async || ()));
        // Cloned here, because the first clone of a header's value costs an allocation, and the router without sessions
        // would be the one to pay for it.
        let cookie = self.cookie.clone().filter(|_| has_cookie);
        let of = |router: &Router| {
            let ask =
                || assert_eq!(block_on(send(router, method.clone(), path, cookie.as_ref())).status(), 200);
            measure(ask).count_total
        };
        let without = of(&bare);
        self.store.take();
        let with = of(&self.router);
        (with - without, self.store.take())
    }
}

async fn send(router: &Router, method: Method, path: &str, cookie: Option<&HeaderValue>) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let request: Request<Body> = request.body(Body::empty()).expect("a request");
    match router.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

const NONE: Calls = Calls { load: 0, load_many: 0, commit: 0, touch: 0, delete: 0, marks: 0, index: 0 };
const LOAD: Calls = Calls { load: 1, ..NONE };
const COMMIT: Calls = Calls { commit: 1, ..NONE };
const LOAD_AND_COMMIT: Calls = Calls { load: 1, ..COMMIT };

/// What a kind of request costs: its name, allocations above the bare router, store calls.
type Cost = (&'static str, u64, Calls);

/// A request that leaves its session alone, one that reads it, and those that write it.
fn costs<S: Store + Clone>(app: &App<S>) -> Vec<Cost> {
    [
        ("no cookie", Method::GET, "/untouched", false),
        ("untouched", Method::GET, "/untouched", true),
        ("read", Method::GET, "/read", true),
        ("change", Method::POST, "/change", true),
        ("login", Method::POST, "/login", true),
        ("create", Method::POST, "/create", false),
    ]
    .into_iter()
    .map(|(name, method, path, has_cookie)| {
        let (allocations, calls) = app.cost(&method, path, has_cookie);
        (name, allocations, calls)
    })
    .collect()
}

#[test]
fn requests_cost_exactly_so_many_allocations_and_store_calls_with_a_memory_store() {
    let expected: [Cost; 5] = [
        ("no cookie", 6, NONE),
        ("untouched", 6, NONE),
        ("read", 19, LOAD),
        ("change", 38, LOAD_AND_COMMIT),
        ("login", 43, LOAD_AND_COMMIT),
    ];
    let costs = costs(&App::new(MemoryStore::new()));
    let [alone @ .., ("create", allocations, COMMIT)] = &costs[..] else { panic!("{costs:?}") };
    assert_eq!(alone, expected);
    // Two of them are not there if the new handle, which is random, falls into a shard that has sessions already.
    assert!((36..=38).contains(allocations), "{allocations}");
}

#[test]
fn requests_cost_exactly_so_many_allocations_and_store_calls_with_a_cookie_store() {
    let expected: [Cost; 6] = [
        ("no cookie", 6, NONE),
        ("untouched", 6, NONE),
        ("read", 24, LOAD),
        ("change", 50, LOAD_AND_COMMIT),
        ("login", 52, LOAD_AND_COMMIT),
        ("create", 37, COMMIT),
    ];
    let keys = KeyRing::new(&Key::generate().expect("randomness"));
    assert_eq!(costs(&App::new(CookieStore::new(keys))), expected);
}
