//! `Cache-Control`, `Vary` and what else caches go by, merged with what the app has set (RFC 9111, RFC 9213).

use http::HeaderValue;
use http::header::{CACHE_CONTROL, EXPIRES, HeaderMap, HeaderName, VARY};

use super::event;
use crate::event::Events;
use crate::http::Caching;

/// Has the response kept by those alone who may, whatever the app said.
pub(super) fn direct(headers: &mut HeaderMap, who: Caching, events: &Events) {
    match who {
        Caching::Private => keep_private(headers, events),
        Caching::NoStore => keep_unstored(headers, events),
    }
    drop_targeted(headers, events);
    vary_by_cookie(headers);
}

/// No shared cache may keep the response; what the app said of the client's own cache stays.
fn keep_private(headers: &mut HeaderMap, events: &Events) {
    let given: Vec<_> = lines(headers, &CACHE_CONTROL).flat_map(members).collect();
    if given.is_empty() {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
        return;
    }
    // `private="field"` keeps that one field private, so only the bare word will do.
    if given.iter().any(|directive| directive.eq_ignore_ascii_case(b"private")) || forbid_storing(&given) {
        return;
    }
    let (shared, mut kept): (Vec<_>, Vec<_>) =
        given.into_iter().partition(|directive| is_for_shared(directive));
    kept.push(b"private");
    let (merged, was_shared) = (join(&kept), !shared.is_empty());
    if was_shared {
        told_off(headers, events);
    }
    headers.insert(CACHE_CONTROL, merged);
}

/// No cache at all may keep the response, the client's own included.
fn keep_unstored(headers: &mut HeaderMap, events: &Events) {
    if lines(headers, &CACHE_CONTROL).flat_map(members).any(is_for_shared) {
        told_off(headers, events);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Caches that know HTTP/1.0 alone go by this one. A date that is none is past (RFC 9111 §5.3) and harmless.
    if headers.get(EXPIRES).is_some_and(|value| !matches!(value.as_bytes(), b"0" | b"-1")) {
        remove_contradicting(headers, &EXPIRES, events);
    }
}

/// What is addressed to one kind of shared cache outranks `Cache-Control` there: the targeted fields of RFC 9213
/// (`CDN-Cache-Control`, and whatever CDNs put in front of that), and what was in use before it. Without it such a cache
/// does as `Cache-Control` says.
fn drop_targeted(headers: &mut HeaderMap, events: &Events) {
    const OLDER: [&str; 3] = ["surrogate-control", "edge-control", "x-accel-expires"];
    let is_targeted = |name: &HeaderName| {
        (name.as_str().ends_with("cache-control") && name != CACHE_CONTROL) || OLDER.contains(&name.as_str())
    };
    let targeted: Vec<_> = headers.keys().filter(|name| is_targeted(name)).cloned().collect();
    for name in targeted {
        let given: Vec<_> = lines(headers, &name).flat_map(members).collect();
        let is_never = given == [b"0"] && name == "x-accel-expires";
        let is_private = given.iter().any(|directive| directive.eq_ignore_ascii_case(b"private"));
        if !is_never && !is_private && !forbid_storing(&given) {
            remove_contradicting(headers, &name, events);
        }
    }
}

fn remove_contradicting(headers: &mut HeaderMap, name: &HeaderName, events: &Events) {
    headers.get_all(name).iter().for_each(|value| event::shared_caching(events, name, value));
    headers.remove(name);
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

fn told_off(headers: &HeaderMap, events: &Events) {
    headers
        .get_all(CACHE_CONTROL)
        .iter()
        .for_each(|value| event::shared_caching(events, &CACHE_CONTROL, value));
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

    fn merged(name: &HeaderName, given: &[&str], caching: Caching) -> Vec<String> {
        let mut headers = HeaderMap::new();
        for value in given {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        direct(&mut headers, caching, &Events::default());
        headers.get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
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
    fn what_is_addressed_to_one_shared_cache_does_not_outrank_the_session() {
        for (name, value, stays) in [
            ("cdn-cache-control", "max-age=600", false),
            ("cdn-cache-control", "public", false),
            ("cdn-cache-control", "no-store", true),
            ("cdn-cache-control", "max-age=600, private", true),
            ("cdn-cache-control", "must-revalidate", false),
            ("cdn-cache-control", "no-store, must-understand", false),
            ("cdn-cache-control", "ext=\"no-store\", max-age=1", false),
            ("cdn-cache-tag", "shop", true),
            ("cloudflare-cdn-cache-control", "max-age=600", false),
            ("x-litespeed-cache-control", "public, max-age=600", false),
            ("surrogate-control", "max-age=600", false),
            ("surrogate-control", "no-store", true),
            ("edge-control", "!no-store, max-age=1d", false),
            ("x-accel-expires", "600", false),
            ("x-accel-expires", "@1893456000", false),
            ("x-accel-expires", "0", true),
            ("x-cache-control-note", "public", true),
        ] {
            for caching in [Caching::Private, Caching::NoStore] {
                let mut headers = HeaderMap::new();
                headers.insert(name, HeaderValue::from_static(value));
                direct(&mut headers, caching, &Events::default());
                assert_eq!(headers.contains_key(name), stays, "{name}: {value}");
            }
        }
    }

    #[test]
    fn a_date_does_not_outlive_no_store() {
        for (value, stays) in [("Thu, 01 Jan 2099 00:00:00 GMT", false), ("0", true), ("-1", true)] {
            assert_eq!(merged(&EXPIRES, &[value], Caching::NoStore).len(), usize::from(stays), "{value}");
            assert_eq!(
                merged(&EXPIRES, &[value], Caching::Private),
                [value],
                "the client's own cache may go by it"
            );
        }
    }
}
