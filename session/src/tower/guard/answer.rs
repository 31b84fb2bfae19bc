//! Whether a request may pass that needs somebody to be signed in.

use std::sync::Arc;

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue, Method, Request};

use super::rules::Rules;
use super::verdict::Verdict;
use crate::Session;
use crate::data::{SessionData, identity_of};
use crate::error::Error;
use crate::tower::{Answer, RequestHead, session_of};

/// Whether somebody is signed in, asked of a session whose type is not known here.
pub(crate) fn is_authenticated<T: SessionData>(session: &Session<T>) -> bool {
    identity_of::<T>().is_some_and(|(_, field)| session.read(|data| field.is_authenticated(data)))
}

/// Gives the request back, so that its body need not be `Sync`.
pub(super) async fn judge<T: SessionData, B>(
    request: Request<B>,
    rules: Arc<Rules>,
) -> (Request<B>, Verdict) {
    let head = RequestHead::from(&request);
    let session = session_of::<T>(head).await;
    let verdict = verdict(session.as_ref().map(is_authenticated), &request, &rules);
    (request, verdict)
}

fn verdict<B>(authenticated: Result<bool, &Error>, request: &Request<B>, rules: &Rules) -> Verdict {
    match authenticated {
        Ok(true) => Verdict::Pass,
        Ok(false) => is_for_a_page(request.method(), request.headers())
            .then(|| request.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str))
            .and_then(|target| rules.sign_in_location(target))
            .and_then(|location| HeaderValue::try_from(location).ok())
            .map_or(Verdict::Refuse(Answer::unauthenticated()), Verdict::SignIn),
        Err(error) => Verdict::Refuse(Answer::to_load_failure(error)),
    }
}

/// Whether a person waits for a page: for others a redirect to HTML is a riddle.
fn is_for_a_page(method: &Method, headers: &HeaderMap) -> bool {
    let accepts_html = || {
        headers.get_all(ACCEPT).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).any(
            |range| {
                let kind = range.split(|byte| *byte == b';').next().unwrap_or_default();
                kind.trim_ascii().eq_ignore_ascii_case(b"text/html")
            },
        )
    };
    matches!(*method, Method::GET | Method::HEAD) && accepts_html()
}

#[cfg(test)]
mod tests {
    use http::Response;
    use http::header::{CACHE_CONTROL, LOCATION};

    use super::*;
    use crate::error::{Applied, ErrorKind};

    fn request(method: Method, accept: Option<&str>) -> Request<()> {
        let mut request = Request::builder().method(method).uri("/orders?page=2");
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        request.body(()).unwrap()
    }

    fn answer(authenticated: Result<bool, &Error>, request: &Request<()>) -> Option<Response<String>> {
        let mut rules = Rules::default();
        rules.sign_in_path("/sign-in".to_owned());
        verdict(authenticated, request, &rules).into_response()
    }

    #[test]
    fn a_page_leads_to_the_sign_in_and_everything_else_is_told_so() {
        let page = Some("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        for (method, accept, status) in [
            (Method::GET, page, 303),
            (Method::HEAD, page, 303),
            (Method::GET, Some("application/json, Text/HTML;q=0.1"), 303),
            (Method::POST, page, 401),
            (Method::OPTIONS, page, 401),
            (Method::GET, Some("application/json"), 401),
            (Method::GET, Some("*/*"), 401),
            (Method::GET, Some("text/html-ish"), 401),
            (Method::GET, None, 401),
        ] {
            let response = answer(Ok(false), &request(method.clone(), accept)).unwrap();
            assert_eq!(response.status(), status, "{method} {accept:?}");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
            match status {
                303 => assert_eq!(response.headers()[LOCATION], "/sign-in?next=/orders%3Fpage%3D2"),
                _ => assert_eq!(response.body(), "{\"error\":\"unauthenticated\"}"),
            }
        }
    }

    #[test]
    fn who_is_signed_in_passes() {
        assert!(answer(Ok(true), &request(Method::GET, None)).is_none());
    }

    #[test]
    fn an_outage_lets_nobody_pass_and_logs_nobody_out() {
        for (kind, status) in [
            (ErrorKind::Unavailable { applied: Applied::No, retry_after: None }, 503),
            (ErrorKind::MissingLayer, 500),
            (ErrorKind::Corrupt, 500),
        ] {
            let response = answer(Err(&Error::new(kind)), &request(Method::GET, Some("text/html"))).unwrap();
            assert_eq!(response.status(), status);
        }
    }

    #[test]
    fn without_a_sign_in_path_a_page_is_told_so_too() {
        let request = request(Method::GET, Some("text/html"));
        let response: Response<String> =
            verdict(Ok(false), &request, &Rules::default()).into_response().unwrap();
        assert_eq!(response.status(), 401);
    }
}
