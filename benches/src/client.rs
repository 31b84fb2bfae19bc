//! Sending requests to an app in this process, without a network.

use std::hint::black_box;
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{Service as ActixWebService, ServiceResponse};
use actix_web::test::TestRequest;
use axum::Router;
use axum::body::Body;
use futures_util::future::{LocalBoxFuture, join_all};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderValue, Method, Request, Response};
use tower_service::Service;

use crate::scenario::Scenario;

/// An app whose routes are those of [`Scenario::path`], and those of [`races`](crate::races).
#[derive(Clone)]
pub enum App {
    Axum(Router),
    Actix(Rc<ActixService>),
    /// No HTTP at all: a client library doing by hand what the request would.
    Raw(Rc<RawClient>),
}

pub type ActixService = dyn Fn(actix_http::Request) -> LocalBoxFuture<'static, ServiceResponse>;
pub type RawClient = dyn Fn(Scenario) -> LocalBoxFuture<'static, ()>;

/// What came back.
pub struct Answer {
    pub status: u16,
    pub cookie: Option<HeaderValue>,
    pub set_cookie_bytes: usize,
    pub body: String,
}

impl App {
    /// An app of actix-web, whatever its middleware has made of its bodies. That costs no allocation: the bodies of handlers
    /// are in their boxes already.
    pub fn of_actix<S, B>(service: S) -> Self
    where
        S: ActixWebService<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>
            + 'static,
        S::Future: 'static,
        B: MessageBody + 'static,
    {
        Self::Actix(Rc::new(move |request| {
            let response = service.call(request);
            Box::pin(async move { response.await.expect("a response").map_into_boxed_body() })
        }))
    }

    /// So many requests, one after the other.
    pub async fn repeat(&self, scenario: Scenario, cookie: Option<&HeaderValue>, count: usize) {
        let mut cookie = cookie.filter(|_| scenario.has_cookie()).cloned();
        match self {
            Self::Axum(router) => {
                for _ in 0..count {
                    let response = axum(router, method(scenario), scenario.path(), cookie.as_ref()).await;
                    assert_eq!(response.status(), 200, "{}", scenario.path());
                    if scenario.moves_on() {
                        cookie = merged(cookie, response.headers().get_all(SET_COOKIE).iter());
                    }
                    black_box(response);
                }
            }
            Self::Actix(service) => {
                for _ in 0..count {
                    let response = actix(service, method(scenario), scenario.path(), cookie.as_ref()).await;
                    assert_eq!(response.status().as_u16(), 200, "{}", scenario.path());
                    if scenario.moves_on() {
                        cookie = merged(cookie, actix_cookies(&response).iter());
                    }
                    black_box(response);
                }
            }
            Self::Raw(client) => {
                for _ in 0..count {
                    client(scenario).await;
                }
            }
        }
    }

    /// So many requests by so many tasks at once, each with a session of its own.
    pub async fn at_once(&self, scenario: Scenario, cookies: &[HeaderValue], count: usize) {
        let each = count / cookies.len();
        join_all(cookies.iter().map(|cookie| self.repeat(scenario, Some(cookie), each))).await;
    }

    /// One request, with all that comes back.
    pub async fn ask(&self, post: bool, path: &str, cookie: Option<&HeaderValue>) -> Answer {
        let method = if post { Method::POST } else { Method::GET };
        match self {
            Self::Axum(router) => {
                let response = axum(router, method, path, cookie).await;
                let (parts, body) = response.into_parts();
                let set: Vec<_> = parts.headers.get_all(SET_COOKIE).iter().collect();
                let set_cookie_bytes = set.iter().map(|value| value.len()).sum();
                let cookie = merged(cookie.cloned(), set.into_iter());
                let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body in memory");
                let body = String::from_utf8_lossy(&body).into_owned();
                Answer { status: parts.status.as_u16(), cookie, set_cookie_bytes, body }
            }
            Self::Actix(service) => {
                let response = actix(service, method, path, cookie).await;
                let status = response.status().as_u16();
                let set = actix_cookies(&response);
                let set_cookie_bytes = set.iter().map(HeaderValue::len).sum();
                let cookie = merged(cookie.cloned(), set.iter());
                let body = actix_web::test::read_body(response).await;
                let body = String::from_utf8_lossy(&body).into_owned();
                Answer { status, cookie, set_cookie_bytes, body }
            }
            Self::Raw(_) => Answer { status: 200, cookie: None, set_cookie_bytes: 0, body: String::new() },
        }
    }

    /// The cookies of a new session with the sample in it.
    pub async fn session(&self) -> HeaderValue {
        let answer = self.ask(true, Scenario::Create.path(), None).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.cookie.unwrap_or_else(|| HeaderValue::from_static("none=none"))
    }
}

fn method(scenario: Scenario) -> Method {
    if scenario.changes() { Method::POST } else { Method::GET }
}

async fn axum(router: &Router, method: Method, path: &str, cookie: Option<&HeaderValue>) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let request = request.body(Body::empty()).expect("a request");
    let mut service = router.clone();
    match Service::<Request<Body>>::call(&mut service, request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

async fn actix(
    service: &Rc<ActixService>,
    method: Method,
    path: &str,
    cookie: Option<&HeaderValue>,
) -> ServiceResponse {
    let post = method == Method::POST;
    let mut request = if post { TestRequest::post() } else { TestRequest::get() }.uri(path);
    if let Some(cookie) = cookie {
        request = request.insert_header(("cookie", cookie.as_bytes()));
    }
    service(request.to_request()).await
}

fn actix_cookies(response: &ServiceResponse) -> Vec<HeaderValue> {
    let lines = response.headers().get_all("set-cookie");
    lines.filter_map(|line| HeaderValue::from_bytes(line.as_bytes()).ok()).collect()
}

/// The `Cookie` header after these `Set-Cookie` lines; the one from before where there are none.
fn merged<'a>(
    before: Option<HeaderValue>,
    set: impl Iterator<Item = &'a HeaderValue>,
) -> Option<HeaderValue> {
    let mut pairs = Vec::new();
    for line in set {
        let pair = line.as_bytes().split(|byte| *byte == b';').next().unwrap_or_default();
        if !pairs.is_empty() {
            pairs.extend_from_slice(b"; ");
        }
        pairs.extend_from_slice(pair);
    }
    if pairs.is_empty() { before } else { HeaderValue::try_from(pairs).ok() }
}
