use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

#[cfg(feature = "actix")]
use bytes::Bytes;
use http::HeaderName;
#[cfg(feature = "actix")]
use http::{Request, Response};
#[cfg(feature = "actix")]
use http_body::Body;
use tower_layer::Layer;

use super::CsrfGuardService;
#[cfg(feature = "actix")]
use super::check::check;
use crate::data::SessionData;
use crate::http::origin::is_origin;
use crate::tower::guard::paths::Paths;

/// Turns away requests that another site made the browser send (CSRF), where they could change something.
///
/// Mount it inside the [`SessionLayer<T>`](crate::tower::SessionLayer), whose session it shares: nothing is loaded twice.
/// GET, HEAD, OPTIONS and TRACE pass; they must change nothing (RFC 9110 §9.2.1). Of every other request
///
/// 1. the browser must not say that another site or host sent it (`Sec-Fetch-Site`, or `Origin` where that is missing):
///    403 without a store call. What sends neither header is no browser, or an old one, and passes on;
/// 2. if it has a stored session, it must bring that session's [token](crate::Current::csrf_token), in the header
///    `x-csrf-token` or in the field `csrf_token` of an `application/x-www-form-urlencoded` body: 403 without it. Requests
///    without a session have no rights that could be misused and need none; no session is made for them.
///
/// A body is read only where the token is looked for in it, up to [`form_limit`](Self::form_limit); the handler gets it
/// whole. Other bodies (JSON, multipart) need the header. Why a request was refused is in the response's extensions, as
/// [`CsrfRefusal`](super::CsrfRefusal).
///
/// ```
/// # use session::{SessionData, tower::guard::CsrfGuard};
/// # fn guard<UserSession: SessionData>() -> CsrfGuard<UserSession> {
/// CsrfGuard::<UserSession>::new().trust_origin("https://sso.example.org").exempt_prefix("/webhooks/")
/// # }
/// ```
#[must_use = "a guard that is not mounted guards nothing"]
pub struct CsrfGuard<T> {
    policy: Arc<Policy>,
    session: PhantomData<fn() -> T>,
}

/// What the guard was told.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) exempt: Paths,
    pub(super) trusted: Vec<String>,
    pub(super) header: HeaderName,
    pub(super) field: String,
    pub(super) form_limit: usize,
    pub(super) origin_suffices: bool,
}

impl<T: SessionData> CsrfGuard<T> {
    /// A guard without exemptions. Needs [keys](crate::config::SessionConfigBuilder::keys): without them every request with
    /// a session that has to bring a token is answered with 500.
    pub fn new() -> Self {
        let policy = Policy {
            exempt: Paths::default(),
            trusted: Vec::new(),
            header: HeaderName::from_static("x-csrf-token"),
            field: "csrf_token".to_owned(),
            form_limit: 64 * 1024,
            origin_suffices: false,
        };
        Self { policy: Arc::new(policy), session: PhantomData }
    }

    /// Lets requests for exactly this path pass, whoever made the client send them: the other end of a protocol that posts
    /// from another site and has a proof of its own.
    ///
    /// # Panics
    /// If it is no plain path: it begins with one `/` and has no query, `..`, `//`, or encoded slash or dot.
    #[track_caller]
    pub fn exempt(mut self, path: impl Into<String>) -> Self {
        self.policy().exempt.exempt(path.into());
        self
    }

    /// Lets requests for paths below this one pass, at whole segments.
    ///
    /// # Panics
    /// If it is no plain path, as for [`exempt`](Self::exempt), or is `/`, which would exempt everything.
    #[track_caller]
    pub fn exempt_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.policy().exempt.exempt_prefix(prefix.into());
        self
    }

    /// Lets requests pass, without a token too, that a page of this other origin made the browser send.
    ///
    /// # Panics
    /// If it is no origin as browsers write it: `https://host` or `https://host:port`, in lower case, without a path.
    #[track_caller]
    pub fn trust_origin(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        assert!(
            is_origin(&origin),
            "{origin:?} is no origin: write it as \"https://sso.example.org\", without a path"
        );
        self.policy().trusted.push(origin);
        self
    }

    /// Asks for no token where the browser says that a page of this very origin sent the request. Every current browser
    /// does. What keeps the token as the second line of defence is left to clients that say nothing.
    pub fn origin_suffices(mut self) -> Self {
        self.policy().origin_suffices = true;
        self
    }

    /// The header that brings the token. Default: `x-csrf-token`.
    pub fn header(mut self, name: HeaderName) -> Self {
        self.policy().header = name;
        self
    }

    /// The field of a form that brings the token: letters, digits, `-`, `_`, `.`. Default: `csrf_token`.
    ///
    /// # Panics
    /// If it has other characters, which browsers would encode.
    #[track_caller]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        assert!(!name.is_empty() && name.bytes().all(plain), "{name:?} is no plain name for a field");
        self.policy().field = name;
        self
    }

    /// The most bytes of a form that are read to find the token; a longer one without the header is answered with 413.
    /// Default: 64 KiB.
    pub fn form_limit(mut self, bytes: usize) -> Self {
        self.policy().form_limit = bytes;
        self
    }

    fn policy(&mut self) -> &mut Policy {
        Arc::make_mut(&mut self.policy)
    }
}

#[cfg(feature = "actix")]
impl<T: SessionData> CsrfGuard<T> {
    /// Whether requests of that method for that path pass unseen.
    pub(crate) fn is_exempt(&self, is_safe: bool, path: &str) -> bool {
        is_safe || self.policy.exempt.contain(path)
    }

    /// The request with its body as it was, and the response that ends it here, unless it passes.
    pub(crate) async fn check<B>(&self, request: Request<B>) -> (Request<B>, Option<Response<&'static str>>)
    where
        B: Body + From<Bytes>,
    {
        let (request, verdict) = check::<T, B>(request, Arc::clone(&self.policy)).await;
        (request, verdict.into_response())
    }
}

impl<S, T: SessionData> Layer<S> for CsrfGuard<T> {
    type Service = CsrfGuardService<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        CsrfGuardService::new(inner, Arc::clone(&self.policy))
    }
}

impl<T: SessionData> Default for CsrfGuard<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for CsrfGuard<T> {
    fn clone(&self) -> Self {
        Self { policy: Arc::clone(&self.policy), session: PhantomData }
    }
}

impl<T: SessionData> fmt::Debug for CsrfGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfGuard").field("session", &T::NAME).field("policy", &self.policy).finish()
    }
}
