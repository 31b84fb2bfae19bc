//! The pages for operators, over HTTP.

mod ends;
mod guard;
mod shows;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use session::admin::{Admin, LiveCounters};
use session::crypto::{Key, KeyRing};
use session::event::{Events, SessionEvent, from_fn};
use session::testing::{Faulty, ManualClock};
use session::{Handle, Secret, SessionConfig, SessionData, Sessions, Token};
use session_stores::MemoryStore;
use session_tests::Item;
use tower::ServiceExt as _;

#[derive(SessionData, Clone)]
struct Member {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(pii)]
    email: Option<String>,
    #[session(secret)]
    api_token: Secret<String>,
    greeting: String,
    cart: Vec<Item>,
    views: u32,
}

/// Whoever says so in a header: the app's own affair.
struct Operator;

impl<S: Sync> FromRequestParts<S> for Operator {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        match parts.headers.contains_key("x-operator") {
            true => Ok(Self),
            false => Err(StatusCode::UNAUTHORIZED),
        }
    }
}

type Store = Faulty<MemoryStore>;

/// An app with pages for operators, and what is behind them.
struct App {
    faults: Store,
    sessions: Sessions<Member, Store>,
    router: Router,
    heard: Arc<Mutex<Vec<SessionEvent>>>,
}

impl App {
    fn new() -> Self {
        Self::with(|admin| admin)
    }

    fn with(set_up: impl FnOnce(Admin<Member, Store>) -> Admin<Member, Store>) -> Self {
        let clock = Arc::new(ManualClock::default());
        let faults = Faulty::new(MemoryStore::builder().clock(Arc::clone(&clock)).build());
        let heard = Arc::<Mutex<Vec<SessionEvent>>>::default();
        let ear = Arc::clone(&heard);
        let counters = LiveCounters::default();
        let events = Events::none()
            .with(from_fn(move |event| ear.lock().unwrap().push(event.clone())))
            .with(counters.clone());
        let keys = KeyRing::new(&Key::generate().unwrap());
        let config = SessionConfig::builder().clock(clock).keys(keys).events(events).build().unwrap();
        let sessions = Sessions::with_config(faults.clone(), config);
        let admin = Admin::new(&sessions).counters(counters).look_up("user id", find);
        let router = Router::new().nest("/ops/sessions", set_up(admin).router::<Operator, ()>());
        Self { faults, sessions, router, heard }
    }

    /// A stored session of that user.
    async fn sign_in(&self, user: i64) -> Token {
        let session = self.sessions.create();
        session.set_user_id(Some(user));
        session.set_email(Some("ada@example.org".to_owned()));
        session.set_api_token(Secret::new("hunter2".to_owned()));
        session.set_greeting("<script>alert('hi')</script>".to_owned());
        session.set_cart(vec![Item::one("tea"), Item::one("cake")]);
        session.set_views(3);
        self.sessions.save(&session).await.unwrap();
        self.sessions.token(&session).unwrap()
    }

    /// A request by an operator, with these headers besides.
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
        self.send(method, path, &[&[("x-operator", "yes")], headers].concat()).await
    }

    async fn get(&self, path: &str) -> Page {
        self.ask(Method::GET, path, &[]).await
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", "ops.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Page { status: head.status, headers: head.headers, text }
    }

    fn events(&self) -> Vec<SessionEvent> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
}

struct Page {
    status: StatusCode,
    headers: http::HeaderMap,
    text: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// What an app without an index does.
async fn find(
    sessions: Sessions<Member, Store>,
    text: String,
) -> Result<Vec<Handle>, session::query::QueryError> {
    let Ok(user) = text.parse::<i64>() else { return Ok(Vec::new()) };
    let mut found = sessions.find_by(move |session| session.user_id() == Some(user));
    let mut handles = Vec::new();
    while let Some(session) = found.next().await {
        handles.extend(session?.id());
    }
    Ok(handles)
}

fn at(token: &Token) -> String {
    format!("/ops/sessions/sessions/{}", token.handle().encode())
}
