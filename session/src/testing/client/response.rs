use std::fmt::Debug;
use std::future::poll_fn;
use std::pin::pin;

use bytes::{Buf, Bytes};
use http::header::{LOCATION, SET_COOKIE};
use http::{HeaderMap, Response, StatusCode};
use http_body::Body;

/// A response, read to its end.
#[derive(Debug, Clone)]
pub struct TestResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

impl TestResponse {
    pub(super) async fn read<B: Body<Error: Debug>>(response: Response<B>) -> Self {
        let (head, body) = response.into_parts();
        let mut body = pin!(body);
        let mut read = Vec::new();
        while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
            if let Ok(mut data) = frame.expect("the body arrives").into_data() {
                read.extend_from_slice(&data.copy_to_bytes(data.remaining()));
            }
        }
        Self { status: head.status, headers: head.headers, body: read.into() }
    }

    /// The body as text.
    ///
    /// # Panics
    /// If it is not UTF-8.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The first header of that name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where the response redirects to.
    pub fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }

    /// Its `Set-Cookie` headers, as they stand there.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(SET_COOKIE).iter().filter_map(|header| header.to_str().ok()).collect()
    }
}
