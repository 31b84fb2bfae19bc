use std::cell::Cell;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use super::bridge;
use crate::data::SessionData;
use crate::tower::mounted::Mount;
use crate::tower::{Answer, AuthenticatedRejection, SessionRejection};

/// Why an extractor gave no session: the rejection that it derefs to and turns into, so a handler that takes
/// `Result<Session<T>, SessionRejection>` runs in any case and decides by itself.
///
/// For a handler that takes an `Option` or an `Either`, actix-web drops the error and runs the handler, for which an outage
/// looks like a client without a session. No client is told so: if the session could not be loaded and nobody took the
/// rejection or made a response of it, the rejection's response takes the place of the handler's, unless that is a 5xx by
/// itself, and nothing is committed.
pub struct Refused<R> {
    rejection: R,
    unheard: Unheard,
}

/// Tells the middleware what the client has to be told, when it is dropped and nobody has heard of it.
struct Unheard {
    answer: Cell<Option<Answer>>,
    mount: Option<Arc<dyn Overruled>>,
}

/// What can replace a handler's response.
trait Overruled {
    fn overrule(&self, answer: Answer);
}

impl<T: SessionData> Overruled for Mount<T> {
    fn overrule(&self, answer: Answer) {
        Self::overrule(self, answer);
    }
}

impl Refused<SessionRejection> {
    pub(super) fn new<T: SessionData>(rejection: SessionRejection, mount: Option<Arc<Mount<T>>>) -> Self {
        let unheard = Unheard::new(Some(rejection.answer()), mount);
        Self { rejection, unheard }
    }
}

impl Refused<AuthenticatedRejection> {
    /// That nobody is signed in may be ignored: that is what `Option<Authenticated<T>>` is for.
    pub(super) fn new<T: SessionData>(
        rejection: AuthenticatedRejection,
        mount: Option<Arc<Mount<T>>>,
    ) -> Self {
        let answer = match &rejection {
            AuthenticatedRejection::Unauthenticated => None,
            AuthenticatedRejection::Session(failed) => Some(failed.answer()),
        };
        Self { rejection, unheard: Unheard::new(answer, mount) }
    }
}

impl Unheard {
    fn new<T: SessionData>(answer: Option<Answer>, mount: Option<Arc<Mount<T>>>) -> Self {
        Self { answer: Cell::new(answer), mount: mount.map(|mount| mount as Arc<dyn Overruled>) }
    }

    fn hear(&self) {
        self.answer.set(None);
    }
}

impl Drop for Unheard {
    fn drop(&mut self) {
        if let (Some(answer), Some(mount)) = (self.answer.take(), &self.mount) {
            mount.overrule(answer);
        }
    }
}

macro_rules! rejections {
    ($($rejection:ty),*) => {$(
        impl From<Refused<$rejection>> for $rejection {
            fn from(refused: Refused<$rejection>) -> Self {
                refused.unheard.hear();
                refused.rejection
            }
        }

        impl ResponseError for Refused<$rejection> {
            fn status_code(&self) -> StatusCode {
                self.rejection.status_code()
            }

            fn error_response(&self) -> HttpResponse<BoxBody> {
                self.unheard.hear();
                self.rejection.error_response()
            }
        }

        impl ResponseError for $rejection {
            fn status_code(&self) -> StatusCode {
                bridge::status(self.answer().status)
            }

            fn error_response(&self) -> HttpResponse<BoxBody> {
                bridge::response(&self.answer().into_response())
            }
        }
    )*};
}

rejections!(SessionRejection, AuthenticatedRejection);

impl<R> Deref for Refused<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.rejection
    }
}

impl<R: fmt::Debug> fmt::Debug for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejection.fmt(f)
    }
}

impl<R: fmt::Display> fmt::Display for Refused<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rejection.fmt(f)
    }
}
