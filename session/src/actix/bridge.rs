//! From the types of actix-web to those of `http` 1, and back.

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::dev::ServiceRequest;
use actix_web::http::header as old;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Uri};

use crate::Session;
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::event::Events;
use crate::http::Finish;
use crate::runtime::Runtime;
use crate::tower::guard::CsrfRefusal;
use crate::tower::mounted::{Clash, Mount};
use crate::tower::{event, headers};

/// The session layers that a request has passed, as an extension of actix-web's request.
#[derive(Clone, Default)]
struct Passed(Extensions);

/// The other end of the connection.
#[derive(Clone, Copy)]
struct Peer(IpAddr);

/// Mounts a layer on the request.
pub(super) fn mount<T: SessionData>(
    runtime: &Arc<Runtime>,
    request: &ServiceRequest,
) -> Result<Arc<Mount<T>>, Clash> {
    let mut extensions = request.extensions_mut();
    let mut passed = extensions.remove::<Passed>().unwrap_or_default();
    if let Some(peer) = request.peer_addr() {
        passed.0.insert(Peer(peer.ip()));
    }
    let mount = Mount::on(runtime, |request| request.get::<Peer>().map(|peer| peer.0), &mut passed.0);
    extensions.insert(passed);
    mount
}

/// The session of a request that has passed a [`SessionMiddleware<T>`](super::SessionMiddleware), for middleware and
/// whatever else has no extractors. Loads it if nobody has asked before, as [`crate::tower::session_of`] does.
///
/// The future does not hold the request: actix-web cannot route one that somebody else holds.
///
/// # Errors
/// As [`crate::tower::session_of`].
pub fn session_of<T: SessionData>(
    request: &HttpRequest,
) -> impl Future<Output = Result<Session<T>, Error>> + use<T> {
    let found = asked::<T>(request);
    async move {
        let (mount, head) = found?;
        mount.open((&head).into()).await
    }
}

/// As [`session_of`], for handlers that are content with what a near cache remembers: see
/// [`ReadOnly`](crate::tower::ReadOnly).
///
/// # Errors
/// As [`crate::tower::session_of`].
pub fn read_only_session_of<T: SessionData>(
    request: &HttpRequest,
) -> impl Future<Output = Result<Session<T>, Error>> + use<T> {
    let found = asked::<T>(request);
    async move {
        let (mount, head) = found?;
        mount.open_read_only((&head).into()).await
    }
}

/// Where the session is, and what it is loaded by, which is empty if somebody has asked before: then nothing of it is needed.
fn asked<T: SessionData>(request: &HttpRequest) -> Result<(Arc<Mount<T>>, Request<()>), Error> {
    let mount = mounted::<T>(request).ok_or_else(|| missing_middleware(T::NAME))?;
    let head = if mount.is_open() { Request::new(()) } else { head(request) };
    Ok((mount, head))
}

/// The innermost mount of this session type.
pub(super) fn mounted<T: SessionData>(request: &HttpRequest) -> Option<Arc<Mount<T>>> {
    Mount::of(&request.extensions().get::<Passed>()?.0)
}

fn missing_middleware(session: &'static str) -> Error {
    let error = Error::new(ErrorKind::MissingLayer).in_context(format!(
        "no SessionMiddleware<{session}> is mounted: add `.wrap(SessionMiddleware::<{session}>::new(runtime))` to the \
         app, after its guards"
    ));
    event::missing_layer(session, &error);
    error
}

/// What of a request its session and the guards depend on.
pub(super) fn head(request: &HttpRequest) -> Request<()> {
    let mut head = Request::new(());
    // What one version takes for a method or a target the other takes too. A target without a path is never exempt.
    *head.method_mut() = Method::from_bytes(request.method().as_str().as_bytes()).unwrap_or(Method::POST);
    *head.uri_mut() = request.uri().to_string().parse().unwrap_or_else(|_| Uri::from_static("*"));
    *head.headers_mut() = to_new(request.headers());
    if let Some(passed) = request.extensions().get::<Passed>() {
        *head.extensions_mut() = passed.0.clone();
    }
    head
}

/// Gives the response what its session wants of it. If there is a status, the response needs that, and no body.
pub(super) fn apply<B>(
    finish: Finish,
    response: &mut HttpResponse<B>,
    events: &Events,
) -> Option<actix_web::http::StatusCode> {
    let mut headers = to_new(response.headers());
    let replaced = headers::apply_to_head(finish, &mut headers, events);
    *response.headers_mut() = to_old(&headers);
    replaced.map(status)
}

/// A fixed response.
pub(super) fn response(response: &Response<&'static str>) -> HttpResponse {
    let mut translated = HttpResponse::with_body(status(response.status()), *response.body());
    *translated.headers_mut() = to_old(response.headers());
    if let Some(refusal) = response.extensions().get::<CsrfRefusal>() {
        translated.extensions_mut().insert(*refusal);
    }
    translated.map_into_boxed_body()
}

pub(super) fn status(status: http::StatusCode) -> actix_web::http::StatusCode {
    let internal = actix_web::http::StatusCode::INTERNAL_SERVER_ERROR;
    actix_web::http::StatusCode::from_u16(status.as_u16()).unwrap_or(internal)
}

fn to_new(headers: &old::HeaderMap) -> HeaderMap {
    let mut translated = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_str().as_bytes());
        let (Ok(name), Ok(mut copy)) = (name, HeaderValue::from_bytes(value.as_bytes())) else { continue };
        copy.set_sensitive(value.is_sensitive());
        // More lines than a map can hold: tens of thousands.
        if translated.try_append(name, copy).is_err() {
            break;
        }
    }
    translated
}

fn to_old(headers: &HeaderMap) -> old::HeaderMap {
    let mut translated = old::HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let name = old::HeaderName::from_bytes(name.as_str().as_bytes());
        let (Ok(name), Ok(mut copy)) = (name, old::HeaderValue::from_bytes(value.as_bytes())) else {
            continue;
        };
        copy.set_sensitive(value.is_sensitive());
        translated.append(name, copy);
    }
    translated
}
