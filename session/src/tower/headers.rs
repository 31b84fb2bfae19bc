//! Carrying the engine's directive into a response: the cookie, who may keep it, and another one if the commit failed.

use http::header::{self, HeaderName, SET_COOKIE};
use http::{HeaderValue, Response, StatusCode};

use super::answer::status_of_commit_failure;
use super::{caching, event};
use crate::event::Events;
use crate::http::{Caching, Finish};

/// Headers that describe the body which a replaced response has lost, or where to go after a success that was none.
const OF_THE_BODY: [HeaderName; 12] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_LENGTH,
    header::CONTENT_LOCATION,
    header::CONTENT_RANGE,
    header::CONTENT_TYPE,
    header::ETAG,
    header::LAST_MODIFIED,
    header::LOCATION,
    header::TRANSFER_ENCODING,
];

/// The response with what the session wants of it; another one, with the body's default, if the commit failed.
pub(super) fn apply<B: Default>(finish: Finish, mut response: Response<B>, events: &Events) -> Response<B> {
    let Finish { set_cookie, more_cookies, hint, caching: mut who, failure } = finish;
    let mut replaced = failure.as_ref().map(status_of_commit_failure);
    for line in set_cookie.into_iter().chain(more_cookies).chain(hint) {
        if let Ok(mut value) = HeaderValue::try_from(line) {
            // Kept out of debug output and of HPACK's tables.
            value.set_sensitive(true);
            response.headers_mut().append(SET_COOKIE, value);
        } else {
            event::unwritable_cookie(events);
            replaced = Some(StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
    if let Some(status) = replaced {
        *response.status_mut() = status;
        *response.body_mut() = B::default();
        for name in &OF_THE_BODY {
            response.headers_mut().remove(name);
        }
        who = Caching::NoStore;
    }
    caching::direct(response.headers_mut(), who, events);
    response
}

#[cfg(test)]
mod tests {
    use http::header::CACHE_CONTROL;

    use super::*;
    use crate::error::{Applied, Error, ErrorKind};

    fn done(caching: Caching) -> Finish {
        Finish { set_cookie: None, more_cookies: Vec::new(), hint: None, caching, failure: None }
    }

    fn all(response: &Response<String>, name: &HeaderName) -> Vec<String> {
        let values = response.headers().get_all(name).iter();
        values.map(|value| value.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn our_cookie_stands_beside_the_apps_own_and_is_not_shown() {
        let mut response = Response::new("page".to_owned());
        response.headers_mut().append(SET_COOKIE, HeaderValue::from_static("theme=dark"));
        let finish = Finish { set_cookie: Some("session=abc; Path=/".to_owned()), ..done(Caching::NoStore) };
        let response = apply(finish, response, &Events::default());
        assert_eq!(all(&response, &SET_COOKIE), ["theme=dark", "session=abc; Path=/"]);
        assert!(!format!("{response:?}").contains("abc"));
        assert_eq!(response.body(), "page");
    }

    #[test]
    fn every_cookie_has_a_line_of_its_own() {
        let more_cookies = vec!["session.1=b; Path=/".to_owned(), "session.2=; Max-Age=0".to_owned()];
        let set_cookie = Some("session=2.a; Path=/".to_owned());
        let finish = Finish { set_cookie, more_cookies, ..done(Caching::NoStore) };
        let response = apply(finish, Response::new("page".to_owned()), &Events::default());
        let expected = ["session=2.a; Path=/", "session.1=b; Path=/", "session.2=; Max-Age=0"];
        assert_eq!(all(&response, &SET_COOKIE), expected);
    }

    #[test]
    fn a_failed_commit_replaces_the_response_and_keeps_what_is_not_of_its_body() {
        let response = Response::builder()
            .header("content-type", "text/html")
            .header("content-length", "4")
            .header("etag", "\"1\"")
            .header("location", "/done")
            .header("cache-control", "public")
            .header("access-control-allow-origin", "*")
            .body("page".to_owned())
            .unwrap();
        let failure = Error::new(ErrorKind::Unavailable { applied: Applied::Unknown, retry_after: None });
        let finish = Finish {
            set_cookie: Some("session=; Max-Age=0".to_owned()),
            failure: Some(failure),
            ..done(Caching::Private)
        };
        let response = apply(finish, response, &Events::default());
        assert_eq!(response.status(), 503);
        assert_eq!(response.body(), "");
        assert_eq!(all(&response, &SET_COOKIE), ["session=; Max-Age=0"]);
        assert_eq!(all(&response, &CACHE_CONTROL), ["no-store"]);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        for gone in ["content-type", "content-length", "etag", "location", "retry-after"] {
            assert!(!response.headers().contains_key(gone), "{gone}");
        }
    }

    #[test]
    fn a_line_that_is_no_header_value_never_leaves() {
        let finish = Finish { set_cookie: Some("a=b\r\nX: y".to_owned()), ..done(Caching::NoStore) };
        let response = apply(finish, Response::new("page".to_owned()), &Events::default());
        assert_eq!((response.status().as_u16(), response.body().as_str()), (500, ""));
        assert!(!response.headers().contains_key(SET_COOKIE));
    }
}
