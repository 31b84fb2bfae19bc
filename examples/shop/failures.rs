//! Failures as pages. Guards, extractors and the session layer answer with a status and a line of text; a person gets
//! that as a page of the shop, which needs no session and says what to do.

use axum::extract::Request;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::view::document;

pub(crate) async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}

/// Puts a page in the place of every failure that has none of its own. Status and headers stay, above all `Retry-After`
/// and whatever was said about the session's cookie.
pub(crate) async fn as_pages(request: Request, next: Next) -> Response {
    let for_a_person = contains(request.headers().get(ACCEPT), "text/html");
    let response = next.run(request).await;
    let status = response.status();
    let has_a_page = contains(response.headers().get(CONTENT_TYPE), "text/html");
    if !for_a_person || has_a_page || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (title, text) = words(status);
    let page = document(
        title,
        html! { a href="/cart" { "Cart" } },
        html! {
            section.failure {
                p.code aria-hidden="true" { (status.as_u16()) }
                h1 { (title) }
                p { (text) }
                p { a.button href="/" { "To the shop" } }
            }
        },
    );
    let (mut head, _) = response.into_parts();
    let (its_head, body) = page.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    for (name, value) in &its_head.headers {
        head.headers.insert(name, value.clone());
    }
    head.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Response::from_parts(head, body).into_response()
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("Nothing on this shelf", "There is no such page. It may have been sold."),
        StatusCode::UNAUTHORIZED => {
            ("Please sign in first", "You are not signed in any more. Nothing was changed.")
        }
        StatusCode::FORBIDDEN => (
            "That was not sent from here",
            "The form was another site's, or its page is from before you signed in. Nothing was changed: go back, load \
             the page again, and send it once more.",
        ),
        StatusCode::CONFLICT => (
            "Somebody was faster",
            "Your session was changed or ended while this was under way, perhaps in another tab. Please look again.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Back in a moment",
            "We cannot look up your session right now. You are still signed in, and your cart is safe: please try again \
             in a few seconds.",
        ),
        status if status.is_client_error() => (
            "We did not understand that",
            "Something about the request was not as expected. Nothing was changed.",
        ),
        _ => ("Something broke", "It was not you. We have been told; please try again."),
    }
}

fn contains(header: Option<&HeaderValue>, kind: &str) -> bool {
    header.and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains(kind))
}
