//! Carrying the engine's directive into a response's headers: `Set-Cookie` is added, `Cache-Control` and `Vary` are
//! merged with what the app has set.

use http::header::{self, CACHE_CONTROL, HeaderMap, HeaderName, SET_COOKIE, VARY};
use http::{HeaderValue, Response, StatusCode};

use super::answer::status_of_commit_failure;
use super::event;
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
    let Finish { set_cookie, mut caching, failure } = finish;
    let mut replaced = failure.as_ref().map(status_of_commit_failure);
    if let Some(line) = set_cookie {
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
        caching = Caching::NoStore;
    }
    match caching {
        Caching::Private => keep_private(response.headers_mut(), events),
        Caching::NoStore => keep_unstored(response.headers_mut(), events),
    }
    target_nobody(response.headers_mut(), events);
    vary_by_cookie(response.headers_mut());
    response
}

/// No shared cache may keep the response; what the app said of the client's own cache stays.
fn keep_private(headers: &mut HeaderMap, events: &Events) {
    let given: Vec<_> = lines(headers, &CACHE_CONTROL).flat_map(members).collect();
    // `private="field"` keeps that one field private, so only the bare word will do.
    if given.iter().any(|directive| directive.eq_ignore_ascii_case(b"private")) || forbid_storing(&given) {
        return;
    }
    let (shared, mut kept): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|directive| is_for_shared(directive));
    kept.push(b"private");
    let (merged, was_shared) = (join(&kept), !shared.is_empty());
    if was_shared {
        told_off(headers, events, &CACHE_CONTROL);
    }
    headers.insert(CACHE_CONTROL, merged);
}

/// No cache at all may keep the response, the client's own included.
fn keep_unstored(headers: &mut HeaderMap, events: &Events) {
    if lines(headers, &CACHE_CONTROL).flat_map(members).any(is_for_shared) {
        told_off(headers, events, &CACHE_CONTROL);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Takes away what some shared caches obey instead of `Cache-Control`, unless it forbids them to keep the response: then
/// they go by `Cache-Control` like all others.
fn target_nobody(headers: &mut HeaderMap, events: &Events) {
    let targeted: Vec<_> = headers.keys().filter(|name| is_targeted(name)).cloned().collect();
    for name in &targeted {
        let given: Vec<_> = lines(headers, name).flat_map(members).collect();
        if !forbid_storing(&given) {
            told_off(headers, events, name);
            headers.remove(name);
        }
    }
}

fn vary_by_cookie(headers: &mut HeaderMap) {
    let given: Vec<_> = lines(headers, &VARY).flat_map(members).collect();
    if given.iter().any(|name| *name == b"*" || name.eq_ignore_ascii_case(b"cookie")) {
        return;
    }
    let merged = if given.is_empty() {
        HeaderValue::from_static("Cookie")
    } else {
        join(&[&given[..], &[b"Cookie".as_slice()]].concat())
    };
    headers.insert(VARY, merged);
}

fn told_off(headers: &HeaderMap, events: &Events, name: &HeaderName) {
    headers.get_all(name).iter().for_each(|value| event::shared_caching(events, name, value));
}

/// `CDN-Cache-Control` and what single networks have made of it (RFC 9213 §2.2), and its forerunner (W3C Edge
/// Architecture Specification §2.2).
fn is_targeted(name: &HeaderName) -> bool {
    name.as_str().ends_with("cdn-cache-control") || name == "surrogate-control"
}

fn is_for_shared(directive: &[u8]) -> bool {
    let name = directive.split(|byte| *byte == b'=').next().unwrap_or_default().trim_ascii();
    name.eq_ignore_ascii_case(b"public") || name.eq_ignore_ascii_case(b"s-maxage")
}

/// `no-store`, unless `must-understand` beside it takes it back for most caches (RFC 9111 §5.2.2.3).
fn forbid_storing(directives: &[&[u8]]) -> bool {
    let has = |name: &[u8]| directives.iter().any(|directive| directive.eq_ignore_ascii_case(name));
    has(b"no-store") && !has(b"must-understand")
}

fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    headers.get_all(name).into_iter().map(HeaderValue::as_bytes)
}

/// The members of a comma-separated list (RFC 9110 §5.6.1): trimmed, none empty, quoted strings in one piece.
fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    line.split(move |byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => return *byte == b',' && !quoted,
        }
        false
    })
    .map(<[u8]>::trim_ascii)
    .filter(|member| !member.is_empty())
}

/// Members of header values, as one value.
fn join(members: &[&[u8]]) -> HeaderValue {
    HeaderValue::from_bytes(&members.join(b", ".as_slice()))
        .expect("parts of header values make a header value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Applied, Error, ErrorKind};

    fn done(caching: Caching) -> Finish {
        Finish { set_cookie: None, caching, failure: None }
    }

    fn all(response: &Response<String>, name: &HeaderName) -> Vec<String> {
        lines(response.headers(), name).map(|line| String::from_utf8(line.to_vec()).unwrap()).collect()
    }

    fn merged(name: &HeaderName, given: &[&str], caching: Caching) -> Vec<String> {
        let mut response = Response::new("page".to_owned());
        for value in given {
            response.headers_mut().append(name, HeaderValue::from_str(value).unwrap());
        }
        all(&apply(done(caching), response, &Events::default()), name)
    }

    #[test]
    fn a_response_that_read_the_session_is_private_whatever_the_app_said_of_shared_caches() {
        for (given, expected) in [
            (&[][..], &["private"][..]),
            (&["max-age=60"], &["max-age=60, private"]),
            (&["no-cache"], &["no-cache, private"]),
            (&["private"], &["private"]),
            (&["max-age=5, PRIVATE"], &["max-age=5, PRIVATE"]),
            (&["private, s-maxage=60"], &["private, s-maxage=60"]),
            (&["no-store"], &["no-store"]),
            (&["no-store, max-age=0"], &["no-store, max-age=0"]),
            (&["no-store, must-understand"], &["no-store, must-understand, private"]),
            (&["public"], &["private"]),
            (&["Public, max-age=60, S-MaxAge = 90"], &["max-age=60, private"]),
            (&["max-age=60", "public"], &["max-age=60, private"]),
            (&["max-age=60", "no-store"], &["max-age=60", "no-store"]),
            (&["private=\"a, b\", max-age=1"], &["private=\"a, b\", max-age=1, private"]),
            (&["ext=\"x, private\""], &["ext=\"x, private\", private"]),
            (&["ext=\"x\\\", private\""], &["ext=\"x\\\", private\", private"]),
            (&[", ,"], &["private"]),
        ] {
            assert_eq!(merged(&CACHE_CONTROL, given, Caching::Private), expected, "{given:?}");
        }
    }

    #[test]
    fn a_response_that_sets_the_cookie_is_not_stored() {
        for given in [&[][..], &["public, max-age=60"], &["private"], &["no-store, must-understand"]] {
            assert_eq!(merged(&CACHE_CONTROL, given, Caching::NoStore), ["no-store"], "{given:?}");
        }
    }

    #[test]
    fn no_cache_is_told_by_name_to_keep_a_response_that_depends_on_a_session() {
        let vendors = HeaderName::from_static("cloudflare-cdn-cache-control");
        for name in
            ["cdn-cache-control", "surrogate-control"].map(HeaderName::from_static).iter().chain([&vendors])
        {
            for caching in [Caching::Private, Caching::NoStore] {
                for given in
                    ["max-age=60", "public", "no-store, must-understand", "ext=\"no-store\", max-age=1"]
                {
                    assert_eq!(merged(name, &[given], caching), [""; 0], "{name}: {given}");
                }
                for given in [&["no-store"][..], &["max-age=60", "no-store"]] {
                    assert_eq!(merged(name, given, caching), given, "{name}");
                }
            }
        }
        let others = HeaderName::from_static("cdn-cache-tag");
        assert_eq!(merged(&others, &["shop"], Caching::NoStore), ["shop"]);
    }

    #[test]
    fn vary_names_the_cookie_once() {
        for (given, expected) in [
            (&[][..], &["Cookie"][..]),
            (&["Accept"], &["Accept, Cookie"]),
            (&["Accept", "Origin"], &["Accept, Origin, Cookie"]),
            (&["cookie"], &["cookie"]),
            (&["Accept, COOKIE"], &["Accept, COOKIE"]),
            (&["*"], &["*"]),
            (&["Accept, *"], &["Accept, *"]),
            (&["Cookie2"], &["Cookie2, Cookie"]),
        ] {
            for caching in [Caching::Private, Caching::NoStore] {
                assert_eq!(merged(&VARY, given, caching), expected, "{given:?}");
            }
        }
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
