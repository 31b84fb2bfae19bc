//! The layer and the extractors, mounted on axum.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, COOKIE, RETRY_AFTER, SET_COOKIE, VARY};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use session::axum::Authenticated;
use session::clock::Timestamp;
use session::config::SessionConfig;
use session::store::{Capabilities, Commit, Health, Load, Locator, ServerSide, Store, Touch, Touched, Write};
use session::testing::{Calls, Counting};
use session::tower::RequireAuth;
use session::{Applied, Error, Handle, Session, SessionData, SessionLayer};
use session_stores::MemoryStore;
use session_tests::{Shop, World};
use tower::ServiceExt as _;

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Reply {
    /// The `name=value` of the session cookie that was set.
    fn cookie(&self) -> Option<&str> {
        self.headers.get(SET_COOKIE).map(|value| value.to_str().unwrap().split(';').next().unwrap())
    }
}

async fn send(app: &Router, request: Request<Body>) -> Reply {
    let response = app.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    Reply { status: head.status, headers: head.headers, body }
}

async fn fetch(app: &Router, method: &str, path: &str, cookies: &[&str]) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    for cookie in cookies {
        request = request.header(COOKIE, *cookie);
    }
    send(app, request.body(Body::empty()).unwrap()).await
}

async fn login(session: Session<Shop>) -> Redirect {
    session.sign_in(42);
    session.notice().set("Welcome back");
    Redirect::to("/")
}

async fn home(session: Session<Shop>) -> String {
    session.update_views(|views| *views += 1);
    format!("{:?} {} {:?}", session.user_id(), session.views(), session.notice().take())
}

fn app<S: Store + Clone>(store: S) -> Router {
    Router::new()
        .route("/", get(home))
        .route("/login", post(login))
        .route("/about", get(|| async { "about" }))
        .route("/peek", get(|session: Option<Session<Shop>>| async move { session.is_some().to_string() }))
        .route("/mine", get(|session: Authenticated<Shop>| async move { format!("{:?}", session.user_id()) }))
        .route("/logout", post(|session: Session<Shop>| async move { session.sign_out().await.unwrap() }))
        .route(
            "/fail",
            post(|session: Session<Shop>| async move {
                session.set_views(99);
                StatusCode::INTERNAL_SERVER_ERROR
            }),
        )
        .route(
            "/etag",
            get(|session: Session<Shop>| async move {
                session.set_views(7);
                (
                    [("etag", "\"1\""), ("content-type", "text/html"), ("location", "/elsewhere")],
                    "secret page",
                )
                    .into_response()
            }),
        )
        .layer(SessionLayer::<Shop>::new(store))
}

#[tokio::test]
async fn a_request_that_does_not_touch_its_session_costs_nothing() {
    let world = World::new();
    let app = app(world.store.clone());
    let cookie = fetch(&app, "POST", "/login", &[]).await.cookie().unwrap().to_owned();
    world.calls();
    for cookies in [&[][..], &[cookie.as_str()]] {
        let reply = fetch(&app, "GET", "/about", cookies).await;
        for header in [SET_COOKIE, CACHE_CONTROL, VARY] {
            assert_eq!(reply.headers.get(header), None);
        }
    }
    assert_eq!(world.calls(), Calls::default());
}

#[tokio::test]
async fn from_login_to_page_to_logout() {
    let world = World::new();
    let app = app(world.store.clone());
    let reply = fetch(&app, "POST", "/login", &[]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    let set = reply.headers[SET_COOKIE].to_str().unwrap();
    for attribute in ["__Host-session=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(set.contains(attribute), "{attribute}");
    }
    assert!(!set.contains("Domain") && !set.contains("Max-Age"));
    assert_eq!(reply.headers[CACHE_CONTROL], "no-store");
    let cookie = reply.cookie().unwrap();

    world.calls();
    let reply = fetch(&app, "GET", "/", &[cookie]).await;
    assert_eq!(reply.body, "Some(42) 1 Some(\"Welcome back\")");
    assert_eq!(world.calls(), Calls { load: 1, commit: 1, ..Calls::default() });
    assert_eq!(reply.headers[CACHE_CONTROL], "private");
    assert_eq!(reply.headers[VARY].to_str().unwrap().to_lowercase(), "cookie");
    assert_eq!(reply.cookie(), None);
    assert_eq!(fetch(&app, "GET", "/", &[cookie]).await.body, "Some(42) 2 None");

    let reply = fetch(&app, "POST", "/logout", &[cookie]).await;
    assert!(reply.headers[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(fetch(&app, "GET", "/peek", &[cookie]).await.body, "false");
}

#[tokio::test]
async fn the_session_cookie_is_found_among_several_headers_and_junk() {
    let app = app(MemoryStore::new());
    let cookie = fetch(&app, "POST", "/login", &[]).await.cookie().unwrap().to_owned();
    let crowded = format!("a=b; ;;=; __Host-session=junk; {cookie}; c");
    for cookies in [vec!["x=y", cookie.as_str()], vec![crowded.as_str()]] {
        assert_eq!(fetch(&app, "GET", "/mine", &cookies).await.body, "Some(42)");
    }
}

#[tokio::test]
async fn two_live_sessions_of_different_principals_in_one_request_are_none() {
    let world = World::new();
    let app = app(world.store.clone());
    let mut cookies = Vec::new();
    for user in [1, 2] {
        let mut browser = world.browser();
        browser.visit(session_tests::POST, async |session| session.sign_in(user)).await;
        cookies.push(format!("__Host-session={}", browser.cookie.unwrap()));
    }
    let both = cookies.join("; ");
    let reply = fetch(&app, "GET", "/peek", &[&both]).await;
    assert_eq!((reply.body.as_str(), reply.cookie()), ("false", None));
    let twice = format!("{0}; {0}", cookies[0]);
    assert_eq!(fetch(&app, "GET", "/mine", &[&twice]).await.body, "Some(1)");
}

#[tokio::test]
async fn a_missing_layer_is_an_error_and_never_an_empty_session() {
    let app: Router = Router::new().route("/", get(home));
    let reply = fetch(&app, "GET", "/", &[]).await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!reply.body.contains("Shop") && !reply.body.contains("layer"), "{}", reply.body);
}

#[derive(SessionData, Clone)]
struct Admin {
    #[session(identity)]
    name: String,
}

async fn both(shop: Session<Shop>, admin: Session<Admin>) -> String {
    shop.set_views(1);
    admin.set_name("root".to_owned());
    format!("{} {}", shop.is_new(), admin.is_new())
}

#[tokio::test]
async fn two_layers_with_two_session_types_work_side_by_side() {
    let config = SessionConfig::builder().cookie_name("__Host-admin").build().unwrap();
    let app = Router::new()
        .route("/", get(both))
        .layer(SessionLayer::<Admin>::with_config(MemoryStore::new(), config))
        .layer(SessionLayer::<Shop>::new(MemoryStore::new()));
    let reply = fetch(&app, "GET", "/", &[]).await;
    assert_eq!(reply.body, "true true");
    let cookies: Vec<String> = reply
        .headers
        .get_all(SET_COOKIE)
        .iter()
        .map(|value| value.to_str().unwrap().split(';').next().unwrap().to_owned())
        .collect();
    assert_eq!(cookies.len(), 2);
    let cookies: Vec<&str> = cookies.iter().map(String::as_str).collect();
    assert_eq!(fetch(&app, "GET", "/", &cookies).await.body, "false false");
}

#[tokio::test]
async fn two_layers_with_one_cookie_name_are_refused() {
    let app = Router::new()
        .route("/", get(both))
        .layer(SessionLayer::<Admin>::new(MemoryStore::new()))
        .layer(SessionLayer::<Shop>::new(MemoryStore::new()));
    assert_eq!(fetch(&app, "GET", "/", &[]).await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

/// A store that can be unplugged.
#[derive(Clone)]
struct Plug {
    store: MemoryStore,
    out: Arc<AtomicBool>,
}

impl Plug {
    fn check(&self) -> Result<(), Error> {
        match self.out.load(Ordering::SeqCst) {
            true => Err(Error::unavailable(Applied::No, "db-internal-7.example: connection refused")),
            false => Ok(()),
        }
    }
}

impl Store for Plug {
    type Kind = ServerSide;

    async fn load(&self, at: &Locator) -> Result<Load, Error> {
        self.check()?;
        self.store.load(at).await
    }

    async fn commit(&self, write: &Write) -> Result<Commit, Error> {
        self.check()?;
        self.store.commit(write).await
    }

    async fn touch(&self, touch: &Touch) -> Result<Touched, Error> {
        self.check()?;
        self.store.touch(touch).await
    }

    async fn delete(&self, handle: &Handle) -> Result<bool, Error> {
        self.check()?;
        self.store.delete(handle).await
    }

    fn now(&self) -> Timestamp {
        self.store.now()
    }

    async fn health(&self) -> Result<Health, Error> {
        self.check()?;
        self.store.health().await
    }

    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }
}

#[tokio::test]
async fn an_outage_is_not_a_logout() {
    let out = Arc::new(AtomicBool::new(false));
    let app = app(Plug { store: MemoryStore::new(), out: Arc::clone(&out) });
    let cookie = fetch(&app, "POST", "/login", &[]).await.cookie().unwrap().to_owned();

    out.store(true, Ordering::SeqCst);
    let reply = fetch(&app, "GET", "/mine", &[&cookie]).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.headers.contains_key(RETRY_AFTER));
    assert_eq!(reply.cookie(), None, "the cookie stays");
    assert!(!reply.body.contains("refused") && !reply.body.contains("db-internal"), "{}", reply.body);
    assert_eq!(fetch(&app, "GET", "/about", &[&cookie]).await.status, StatusCode::OK);
    assert_eq!(
        fetch(&app, "GET", "/peek", &[]).await.status,
        StatusCode::OK,
        "nobody's session is not asked for"
    );

    out.store(false, Ordering::SeqCst);
    assert_eq!(fetch(&app, "GET", "/mine", &[&cookie]).await.body, "Some(42)");
}

#[tokio::test]
async fn a_failed_commit_replaces_the_response() {
    let out = Arc::new(AtomicBool::new(true));
    let app = app(Plug { store: MemoryStore::new(), out });
    // Without a cookie nothing is loaded, so the handler runs; its commit fails.
    let reply = fetch(&app, "GET", "/etag", &[]).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    for gone in ["etag", "location", RETRY_AFTER.as_str(), SET_COOKIE.as_str()] {
        assert_eq!(reply.headers.get(gone), None, "{gone}");
    }
    assert!(!reply.body.contains("secret page"));
}

#[tokio::test]
async fn a_5xx_of_the_handler_commits_nothing() {
    let store = Counting::new(MemoryStore::new());
    let app = app(store.clone());
    let reply = fetch(&app, "POST", "/fail", &[]).await;
    assert_eq!((reply.status, reply.cookie()), (StatusCode::INTERNAL_SERVER_ERROR, None));
    assert_eq!(store.take().commit, 0);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_refused_or_sent_to_sign_in() {
    let world = World::new();
    let guarded = Router::new()
        .route("/account", get(|| async { "account" }))
        .route("/sign-in", get(|| async { "sign in" }))
        .route("/static/app.css", get(|| async { "css" }))
        .layer(
            RequireAuth::<Shop>::new().sign_in_path("/sign-in").exempt("/sign-in").exempt_prefix("/static/"),
        )
        .layer(SessionLayer::<Shop>::new(world.store.clone()));

    assert_eq!(fetch(&guarded, "GET", "/sign-in", &[]).await.body, "sign in");
    assert_eq!(fetch(&guarded, "GET", "/static/app.css", &[]).await.body, "css");
    assert_eq!(world.calls().total(), 0);

    let reply = fetch(&guarded, "GET", "/account?x=/sign-in", &[]).await;
    assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "the query exempts nothing");
    assert!(reply.headers[CONTENT_TYPE].to_str().unwrap().starts_with("application/json"));

    let page = Request::builder()
        .uri("/account?a=1&b=2")
        .header("accept", "text/html,application/xhtml+xml")
        .body(Body::empty())
        .unwrap();
    let reply = send(&guarded, page).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert_eq!(reply.headers["location"], "/sign-in?next=/account%3Fa%3D1%26b%3D2");

    let mut browser = world.browser();
    browser.visit(session_tests::POST, async |session| session.sign_in(1)).await;
    let cookie = format!("__Host-session={}", browser.cookie.unwrap());
    assert_eq!(fetch(&guarded, "GET", "/account", &[&cookie]).await.body, "account");
}
