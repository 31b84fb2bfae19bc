//! The one page, as text. Whatever a visitor typed goes through [`Escaped`].

use std::fmt;
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{Html, IntoResponse, Response};
use session::Session;
use session::clock::{Clock as _, SystemClock, Timestamp};

use crate::{CartItem, UserSession};

/// Nothing is loaded from anywhere, nothing is framed, and forms go to this server only.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

pub(crate) fn render(session: &Session<UserSession>) -> impl IntoResponse + use<> {
    // Reading a flash value takes it: this page shows it, the next one does not.
    let notice = session.notice().take();
    let html = format!(
        include_str!("page.html"),
        style = include_str!("page.css"),
        notice = notice
            .map(|text| format!("<p class=\"notice\" role=\"status\">{}</p>", Escaped(&text)))
            .unwrap_or_default(),
        visitor = visitor(session),
        count = session.page_views(),
        cart = cart(&session.cart()),
        facts = facts(session),
    );
    ([("content-security-policy", POLICY)], Html(html))
}

/// What a visitor sees while sessions cannot be had: a page, and not a line of text. Status and headers stay as the layer
/// made them, with `Retry-After` and without a cookie.
pub(crate) async fn or_sorry(response: Response) -> Response {
    if response.status() != StatusCode::SERVICE_UNAVAILABLE {
        return response;
    }
    let page = format!(include_str!("sorry.html"), style = include_str!("page.css"));
    let (page, body) = ([("content-security-policy", POLICY)], Html(page)).into_response().into_parts();
    let (mut head, _) = response.into_parts();
    head.headers.remove(CONTENT_LENGTH);
    head.headers.extend(page.headers);
    Response::from_parts(head, body)
}

fn visitor(session: &Session<UserSession>) -> String {
    match &*session.username() {
        Some(name) => format!(
            "<h2>Hello, {}</h2>\n<p>You are signed in. Signing out ends this session.</p>\n\
             <form method=\"post\" action=\"/sign-out\"><button class=\"quiet\">Sign out</button></form>",
            Escaped(name)
        ),
        None => "<h2>Hello, stranger</h2>\n<p>Any name will do. Your cart and counter come with you.</p>\n\
                 <form method=\"post\" action=\"/sign-in\">\n\
                 <label for=\"username\">Name</label>\n\
                 <div class=\"row\"><input id=\"username\" name=\"username\" maxlength=\"40\" required \
                 autocomplete=\"username\"><button>Sign in</button></div>\n</form>"
            .to_owned(),
    }
}

fn cart(items: &[CartItem]) -> String {
    if items.is_empty() {
        return "<p class=\"empty\">Nothing in it yet.</p>".to_owned();
    }
    let lines: String = items.iter().fold(String::new(), |lines, CartItem { name, quantity }| {
        lines + &format!("<li><span>{}</span><span class=\"many\">× {quantity}</span></li>", Escaped(name))
    });
    format!("<ul>{lines}</ul>")
}

fn facts(session: &Session<UserSession>) -> String {
    let Some(id) = session.id() else {
        return "<p class=\"empty\">Not stored yet, and no cookie set. It begins when there is something to \
                remember.</p>"
            .to_owned();
    };
    let since = |moment: std::time::SystemTime| span(SystemClock.now().since(moment.into()));
    let until = |moment: std::time::SystemTime| span(Timestamp::from(moment).since(SystemClock.now()));
    let facts = [
        ("Id, in part", format!("{id:?}")),
        ("Age", session.created_at().map(since).unwrap_or_default()),
        ("Ends without use in", session.time_until_expiry().map(span).unwrap_or_default()),
        ("Ends in any case in", session.ends_at().map(until).unwrap_or_default()),
        ("Signed in", session.authenticated_at().map_or("no".to_owned(), |at| format!("{} ago", since(at)))),
        (
            "Id rotated",
            match session.rotations() {
                1 => "once".to_owned(),
                times => format!("{times} times"),
            },
        ),
    ];
    let rows = facts.map(|(name, value)| format!("<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(&value)));
    format!("<dl>{}</dl>", rows.concat())
}

/// `2 h 5 min`, `29 min`, `12 s`.
fn span(span: Duration) -> String {
    match span.as_secs() {
        seconds @ 0..60 => format!("{seconds} s"),
        seconds @ 60..3_600 => format!("{} min", seconds / 60),
        seconds => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

/// Text that stands in HTML, between tags or in a quoted attribute.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        self.0.chars().try_for_each(|c| match c {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => f.write_char(c),
        })
    }
}
