use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderValue, Request};
use http_body::Body;

use super::layer::Policy;
use super::{CsrfRefusal, body};
use crate::data::SessionData;
use crate::error::Error;
use crate::event::load_failed;
use crate::http::form;
use crate::http::origin::{Provenance, provenance};
use crate::tower::guard::verdict::Verdict;
use crate::tower::{Answer, RequestHead, event, session_of};
use crate::{Current, Session};

/// Gives the request back, with its body as it was.
pub(super) async fn check<T, B>(request: Request<B>, policy: Arc<Policy>) -> (Request<B>, Verdict)
where
    T: SessionData,
    B: Body + From<Bytes>,
{
    let (request, checked) = decide::<T, B>(request, &policy).await;
    let verdict = match checked {
        Ok(()) => Verdict::Pass,
        Err(Refused::Forged(refusal)) => {
            event::csrf_refused::<T>(request.extensions(), refusal);
            Verdict::Forged(refusal)
        }
        Err(Refused::Session(error)) => Verdict::Refuse(Answer::to_load_failure(&error)),
    };
    (request, verdict)
}

enum Refused {
    Forged(CsrfRefusal),
    Session(Error),
}

impl From<CsrfRefusal> for Refused {
    fn from(refusal: CsrfRefusal) -> Self {
        Self::Forged(refusal)
    }
}

async fn decide<T, B>(request: Request<B>, policy: &Policy) -> (Request<B>, Result<(), Refused>)
where
    T: SessionData,
    B: Body + From<Bytes>,
{
    // Before the session is looked at: a foreign page costs no store call.
    match provenance(request.headers(), host(&request), &policy.trusted) {
        Provenance::Foreign => return (request, Err(CsrfRefusal::CrossSite.into())),
        Provenance::Trusted => return (request, Ok(())),
        Provenance::Own if policy.origin_suffices => return (request, Ok(())),
        Provenance::Own | Provenance::Unknown => {}
    }
    let head = RequestHead::from(&request);
    let session = match session_of::<T>(head).await {
        Ok(session) => session,
        Err(error) => return (request, Err(Refused::Session(error))),
    };
    let current: &Current<T> = &session;
    // Nobody's rights can be misused. A form from before the session has no token that could be right.
    if current.is_new() {
        return (request, Ok(()));
    }
    if let Some(token) = request.headers().get(&policy.header) {
        let checked = verify(&session, Some(token.as_bytes()));
        return (request, checked);
    }
    if !request.headers().get(CONTENT_TYPE).is_some_and(|kind| form::is_form(kind.as_bytes())) {
        return (request, Err(CsrfRefusal::MissingToken.into()));
    }
    let (head, form) = request.into_parts();
    match body::read(form, policy.form_limit).await {
        Ok(form) => {
            let checked = verify(&session, form::field(&form, &policy.field));
            (Request::from_parts(head, B::from(form)), checked)
        }
        Err(refusal) => (Request::from_parts(head, B::from(Bytes::new())), Err(refusal.into())),
    }
}

fn verify<T: SessionData>(session: &Session<T>, token: Option<&[u8]>) -> Result<(), Refused> {
    let current: &Current<T> = session;
    let token = token.ok_or(CsrfRefusal::MissingToken)?;
    match current.is_csrf_token(token) {
        Ok(true) => Ok(()),
        Ok(false) => Err(CsrfRefusal::WrongToken.into()),
        Err(error) => {
            load_failed(&current.shared.runtime.events, &error);
            Err(Refused::Session(error))
        }
    }
}

/// The authority to which the request was sent: in HTTP/2 and HTTP/3 the target's, in HTTP/1.1 the `Host` header's.
fn host<B>(request: &Request<B>) -> Option<&str> {
    let of_target = request.uri().authority().map(http::uri::Authority::as_str);
    let of_header = || request.headers().get(HOST).map(HeaderValue::to_str)?.ok();
    of_target.or_else(of_header)
}
