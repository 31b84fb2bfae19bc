//! Asking for a request's session.

use std::future::Future;
use std::sync::Arc;

use http::header::COOKIE;
use http::request::Parts;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, Method, Request, Uri};

use super::event;
use super::mounted::{Mount, Peer};
use crate::Session;
use crate::client::{Arrival, Headers, Scheme};
use crate::data::SessionData;
use crate::error::{Error, ErrorKind};
use crate::http::RequestFacts;

static SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
static PURPOSE: HeaderName = HeaderName::from_static("purpose");

/// What of a request its session depends on. Made from `&Parts` or `&Request<B>`, whatever its body.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    method: &'a Method,
    uri: &'a Uri,
    headers: &'a HeaderMap,
    extensions: &'a Extensions,
}

impl<'a> From<&'a Parts> for RequestHead<'a> {
    fn from(parts: &'a Parts) -> Self {
        Self {
            method: &parts.method,
            uri: &parts.uri,
            headers: &parts.headers,
            extensions: &parts.extensions,
        }
    }
}

impl<'a, B> From<&'a Request<B>> for RequestHead<'a> {
    fn from(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }
}

/// The session of a request that has passed a [`SessionLayer<T>`](super::SessionLayer), for services without axum's
/// extractors. With several layers of one type, the innermost's.
///
/// Loads it if nobody has asked before: one store call where the request has a well-formed cookie, none otherwise. Later
/// calls give the same session. Takes `&Parts` or `&Request<B>`.
///
/// ```
/// # use session::{Error, SessionData, tower::session_of};
/// # async fn example<UserSession: SessionData>(request: http::Request<String>) -> Result<bool, Error> {
/// let session = session_of::<UserSession>(&request).await?;
/// # Ok(session.is_new())
/// # }
/// ```
///
/// # Errors
/// `MissingLayer` if no layer of this type is around the caller; whatever the store says: `Unavailable`, `Corrupt`,
/// `TooNew`. None of them may be answered with an empty session.
pub fn session_of<'a, T: SessionData>(
    request: impl Into<RequestHead<'a>>,
) -> impl Future<Output = Result<Session<T>, Error>> + Send {
    let head = request.into();
    async move { mounted::<T>(head)?.open(head).await }
}

/// As [`session_of`], for a route that only reads and is content with what this node remembers where the store cannot be
/// asked: see [`Exchange::open_read_only`](crate::http::Exchange::open_read_only). If somebody has asked for the session
/// before, it is theirs.
///
/// # Errors
/// As `session_of`.
pub fn read_only_session_of<'a, T: SessionData>(
    request: impl Into<RequestHead<'a>>,
) -> impl Future<Output = Result<Session<T>, Error>> + Send {
    let head = request.into();
    async move { mounted::<T>(head)?.open_read_only(head).await }
}

/// The innermost mount of this session type.
fn mounted<T: SessionData>(head: RequestHead<'_>) -> Result<Arc<Mount<T>>, Error> {
    Mount::of(head.extensions).ok_or_else(|| {
        let error = missing_layer(T::NAME);
        event::missing_layer(T::NAME, &error);
        error
    })
}

impl<'a> RequestHead<'a> {
    pub(super) fn cookies(self) -> impl Iterator<Item = &'a [u8]> + Send {
        self.headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes)
    }

    pub(super) fn arrival(self, peer: Peer) -> Arrival<'a> {
        let scheme = self.uri.scheme().and_then(|scheme| match scheme {
            scheme if *scheme == http::uri::Scheme::HTTPS => Some(Scheme::Https),
            scheme if *scheme == http::uri::Scheme::HTTP => Some(Scheme::Http),
            _ => None,
        });
        Arrival { peer: peer(self.extensions), scheme, headers: self.headers }
    }

    pub(super) fn facts(&self) -> RequestFacts {
        RequestFacts {
            safe: self.method.is_safe(),
            head: self.method == Method::HEAD,
            prefetch: self.has_purpose_prefetch(&SEC_PURPOSE) || self.has_purpose_prefetch(&PURPOSE),
        }
    }

    /// `Sec-Purpose: prefetch;prerender` and, from older browsers, `Purpose: prefetch`.
    fn has_purpose_prefetch(&self, name: &HeaderName) -> bool {
        const PREFETCH: &[u8] = b"prefetch";
        self.headers.get_all(name).iter().any(|value| {
            value.as_bytes().windows(PREFETCH.len()).any(|part| part.eq_ignore_ascii_case(PREFETCH))
        })
    }
}

impl Headers for HeaderMap {
    fn lines(&self, name: &'static str) -> Vec<&[u8]> {
        self.get_all(name).iter().map(HeaderValue::as_bytes).collect()
    }
}

fn missing_layer(session: &str) -> Error {
    Error::new(ErrorKind::MissingLayer).in_context(format!(
        "no SessionLayer<{session}> is mounted: add `.layer(SessionLayer::<{session}>::new(store))` around the \
         handler"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(request: &Request<()>) -> (bool, bool, bool) {
        let RequestFacts { safe, head, prefetch } = RequestHead::from(request).facts();
        (safe, head, prefetch)
    }

    #[test]
    fn safe_methods_and_head_are_told_apart() {
        for (method, expected) in [
            (Method::GET, (true, false, false)),
            (Method::HEAD, (true, true, false)),
            (Method::OPTIONS, (true, false, false)),
            (Method::TRACE, (true, false, false)),
            (Method::POST, (false, false, false)),
            (Method::DELETE, (false, false, false)),
            (Method::from_bytes(b"LOCK").unwrap(), (false, false, false)),
        ] {
            assert_eq!(facts(&Request::builder().method(&method).body(()).unwrap()), expected, "{method}");
        }
    }

    #[test]
    fn a_prefetch_is_known_by_either_header() {
        for (name, value, expected) in [
            ("sec-purpose", "prefetch", true),
            ("sec-purpose", "prefetch;prerender", true),
            ("Purpose", "Prefetch", true),
            ("sec-purpose", "fetch", false),
            ("sec-purpose", "", false),
            ("x-purpose", "prefetch", false),
        ] {
            let request = Request::builder().header(name, value).body(()).unwrap();
            assert_eq!(facts(&request).2, expected, "{name}: {value}");
        }
    }
}
