//! [`TestClient`]: HTTP without a network.

mod jar;
mod response;

use std::fmt::{self, Debug, Write as _};
use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderValue, Method, Request, Response};
use tower_service::Service;

pub use jar::{CookieJar, StoredCookie};
pub use response::TestResponse;

/// A browser in front of a tower service: an axum `Router`, or anything in a
/// [`SessionLayer`](crate::tower::SessionLayer). Keeps cookies, follows no redirect.
///
/// A clone is another tab: the same jar, and its requests may overlap. [`device`](Self::device) makes another browser.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use http_body::Body;
/// use session::testing::{TestClient, block_on};
/// # struct Text(Option<Bytes>);
/// # impl From<Bytes> for Text { fn from(bytes: Bytes) -> Self { Self(Some(bytes)) } }
/// # impl Body for Text {
/// #     type Data = Bytes;
/// #     type Error = std::convert::Infallible;
/// #     fn poll_frame(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>)
/// #         -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
/// #         std::task::Poll::Ready(self.0.take().map(|bytes| Ok(http_body::Frame::data(bytes))))
/// #     }
/// # }
/// # #[derive(Clone)] struct Echo;
/// # impl tower_service::Service<Request<Text>> for Echo {
/// #     type Response = Response<Text>;
/// #     type Error = std::convert::Infallible;
/// #     type Future = std::future::Ready<Result<Response<Text>, Self::Error>>;
/// #     fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
/// #         std::task::Poll::Ready(Ok(()))
/// #     }
/// #     fn call(&mut self, request: Request<Text>) -> Self::Future {
/// #         let builder = Response::builder().header("set-cookie", "seen=yes; Path=/");
/// #         std::future::ready(Ok(builder.body(request.into_body()).unwrap()))
/// #     }
/// # }
/// # let app = Echo;
///
/// let phone = TestClient::<_, Text>::new(app);
/// let laptop = phone.device();
/// let response = block_on(phone.post("/login", &[("user", "42")]));
/// assert_eq!(response.text(), "user=42");
/// assert_eq!(phone.jar().get("seen"), Some("yes"));
/// assert_eq!(laptop.jar().get("seen"), None);
/// ```
pub struct TestClient<S, B> {
    service: S,
    jar: Arc<Mutex<CookieJar>>,
    body: PhantomData<fn() -> B>,
}

impl<S, B, ResBody> TestClient<S, B>
where
    S: Service<Request<B>, Response = Response<ResBody>, Error: Debug> + Clone,
    B: From<Bytes>,
    ResBody: http_body::Body<Error: Debug>,
{
    /// A browser without cookies.
    pub fn new(service: S) -> Self {
        Self { service, jar: Arc::default(), body: PhantomData }
    }

    /// Another browser, without cookies, in front of the same service.
    #[must_use]
    pub fn device(&self) -> Self {
        Self::new(self.service.clone())
    }

    /// The cookies. The guard must not live across a request.
    pub fn jar(&self) -> MutexGuard<'_, CookieJar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `GET` that path.
    ///
    /// # Panics
    /// As [`send`](Self::send) does.
    pub async fn get(&self, path: &str) -> TestResponse {
        self.send(request(Method::GET, path, Bytes::new())).await
    }

    /// `POST` a form to that path.
    ///
    /// # Panics
    /// As [`send`](Self::send) does.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> TestResponse {
        let mut request = request(Method::POST, path, encode(form).into());
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form);
        self.send(request).await
    }

    /// Sends a request with the jar's cookies, unless it has its own, and does to the jar what the response says.
    ///
    /// # Panics
    /// If the service or the body fails.
    pub async fn send(&self, mut request: Request<B>) -> TestResponse {
        let uri = request.uri().clone();
        let cookies = self.jar().header(&uri);
        if let Some(cookies) = cookies
            && !request.headers().contains_key(COOKIE)
        {
            request.headers_mut().insert(COOKIE, cookies);
        }
        let mut service = self.service.clone();
        poll_fn(|context| service.poll_ready(context)).await.expect("the service becomes ready");
        let response = service.call(request).await.expect("the service answers");
        // A browser takes cookies when the head arrives, whatever becomes of the body.
        for header in response.headers().get_all(SET_COOKIE) {
            self.jar().receive(header, &uri);
        }
        TestResponse::read(response).await
    }
}

fn request<B: From<Bytes>>(method: Method, path: &str, body: Bytes) -> Request<B> {
    let mut request = Request::new(B::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("the test's path is one");
    request
}

/// `application/x-www-form-urlencoded`.
fn encode(form: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in form {
        if !out.is_empty() {
            out.push('&');
        }
        escape(name, &mut out);
        out.push('=');
        escape(value, &mut out);
    }
    out
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            // Writing to a string does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
    }
}

// Not derived: the body need not be `Clone`.
impl<S: Clone, B> Clone for TestClient<S, B> {
    fn clone(&self) -> Self {
        Self { service: self.service.clone(), jar: Arc::clone(&self.jar), body: PhantomData }
    }
}

impl<S, B> Debug for TestClient<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient").field("jar", &self.jar).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded_as_browsers_do() {
        assert_eq!(encode(&[("a b", "1&2=3"), ("ü", "~")]), "a+b=1%262%3D3&%C3%BC=%7E");
        assert_eq!(encode(&[]), "");
    }
}
