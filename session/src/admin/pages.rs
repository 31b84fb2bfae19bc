//! What is on each page.

use std::time::{Duration, SystemTime};

use ::axum::body::Body;
use ::axum::extract::{OriginalUri, Query, Request};
use http::header::HOST;
use http::{Response, StatusCode, Uri};

use super::fields::{Seen, seen};
use super::html::Html;
use super::{Admin, ComponentState, HealthReport, respond, said};
use crate::current::{Current, Session};
use crate::data::SessionData;
use crate::event::{self, RevokedBy};
use crate::http::origin::{Provenance, provenance};
use crate::load;
use crate::schema;
use crate::store::{Load, Store};
use crate::token::Handle;
use crate::tower::guard::encode;

/// How many sessions a list shows.
const MOST: usize = 200;

type Answer = Response<Body>;

/// Health, counters, look-up, inventory.
pub(super) async fn home<T: SessionData, S: Store + Clone>(admin: &Admin<T, S>, request: Request) -> Answer {
    let base = base(&request);
    let mut html = head(&base, "Sessions");
    let report = admin.health().await;
    write_health(&mut html, &report);
    html.raw("<section><h2>Find sessions</h2>");
    match &admin.look_up {
        Some(look_up) => {
            html.raw("<form class=ask action=\"").text(&base).raw("/sessions\"><label for=of>By ");
            html.text(look_up.by)
                .raw("</label><input id=of name=of required autocomplete=off><button>Find</button></form>");
        }
        None => {
            html.raw("<p class=soft>This app has set up no look-up.</p>");
        }
    }
    html.raw("</section>");
    if let Some(counters) = &admin.counters {
        html.raw("<section><h2>Since this process began</h2><dl class=counts>");
        for (name, count) in counters.counts() {
            html.raw("<div><dt>").text(name).raw("</dt><dd>").text(count).raw("</dd></div>");
        }
        html.raw("</dl></section>");
    }
    write_inventory(&mut html, admin);
    respond::page(StatusCode::OK, foot(html))
}

/// Health for machines.
pub(super) async fn health<T: SessionData, S: Store + Clone>(admin: &Admin<T, S>, _: Request) -> Answer {
    let report = admin.health().await;
    let status = match report.state() {
        ComponentState::Well | ComponentState::Warned => StatusCode::OK,
        ComponentState::Failing => StatusCode::SERVICE_UNAVAILABLE,
    };
    respond::json(status, report.json())
}

/// The sessions of somebody.
pub(super) async fn list<T: SessionData, S: Store + Clone>(admin: &Admin<T, S>, request: Request) -> Answer {
    let base = base(&request);
    let of = asked(request.uri());
    let (Some(look_up), Some(of)) = (&admin.look_up, of) else { return respond::see(&format!("{base}/")) };
    let found = match (look_up.find)(of.clone()).await {
        Ok(found) => found,
        Err(error) => return problem(&base, StatusCode::SERVICE_UNAVAILABLE, &said(error.error())),
    };
    let shown = &found[..found.len().min(MOST)];
    let loads = match admin.sessions.runtime.store.load_many(shown).await {
        Ok(loads) => loads,
        Err(error) => return problem(&base, StatusCode::SERVICE_UNAVAILABLE, &said(&error)),
    };
    let mut html = head(&base, "Sessions of somebody");
    html.raw("<h1>")
        .text(look_up.by)
        .raw(" <code>")
        .text(&of)
        .raw("</code></h1><section><table><tr><th>Session<th>Begun");
    html.raw("<th>Signed in<th>Ends unless used<th>Ends<th></tr>");
    let now = admin.now();
    let mut live = 0;
    for (handle, load) in shown.iter().zip(loads) {
        let session = match load {
            Ok(Load::Absent) => continue,
            Ok(Load::Found(record)) => load::of_record_at::<T>(&admin.sessions.runtime, *handle, record),
            Err(error) => Err(error),
        };
        live += 1;
        html.raw("<tr><td><a href=\"").text(&base).raw("/sessions/").text(handle.encode()).raw("\"><code>");
        html.text(format_args!("{handle:?}")).raw("</code></a>");
        match session {
            Ok(session) => write_times(&mut html, &session, now),
            Err(error) => {
                html.raw("<td colspan=4 class=failing>").text(said(&error));
            }
        }
        html.raw("<td class=act>");
        write_end(&mut html, &base, *handle, &of);
        html.raw("</tr>");
    }
    if live == 0 {
        html.raw("<tr><td colspan=6 class=soft>There are none.</tr>");
    }
    html.raw("</table>");
    if found.len() > MOST {
        html.raw("<p class=soft>").text(found.len() - MOST).raw(" more are not shown.</p>");
    }
    html.raw("</section>");
    respond::page(StatusCode::OK, foot(html))
}

/// One session.
pub(super) async fn show<T: SessionData, S: Store + Clone>(admin: &Admin<T, S>, request: Request) -> Answer {
    let base = base(&request);
    let Some(handle) = handle_in(request.uri()) else { return missing(&base) };
    let session: Session<T> = match load::by_handle_unseen(&admin.sessions.runtime, handle).await {
        Ok(Some(session)) => session,
        Ok(None) => return missing(&base),
        Err(error) => return problem(&base, StatusCode::SERVICE_UNAVAILABLE, &said(&error)),
    };
    let mut html = head(&base, "A session");
    html.raw("<h1>Session <code>").text(handle.encode()).raw("</code></h1>");
    html.raw("<section><h2>Its life</h2><table><tr><th>Begun<th>Signed in<th>Ends unless used<th>Ends<th></tr><tr>");
    write_times(&mut html, &session, admin.now());
    html.raw("<td class=act>");
    write_end(&mut html, &base, handle, &asked(request.uri()).unwrap_or_default());
    html.raw("</tr></table></section><section><h2>What is in it</h2><table><tr><th>Field<th>Value</tr>");
    let current: &Current<T> = &session;
    let data = current.snapshot();
    for field in T::FIELDS {
        html.raw("<tr><td><code>").text(field.name).raw("</code><td>");
        match seen(field, &data, admin.show_personal) {
            Seen::Value(value) => html.text(value),
            Seen::Secret => html.raw("<span class=hidden>secret</span>"),
            Seen::Personal => html.raw("<span class=hidden>personal, hidden</span>"),
        };
        html.raw("</tr>");
    }
    html.raw("</table></section>");
    respond::page(StatusCode::OK, foot(html))
}

/// Ends a session, and goes back to where the button was.
pub(super) async fn end<T: SessionData, S: Store + Clone>(admin: &Admin<T, S>, request: Request) -> Answer {
    let base = base(&request);
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| request.uri().authority().map(http::uri::Authority::as_str));
    // The pages have forms, and browsers say where a form stands. What does not say so is refused.
    if provenance(request.headers(), host, &[]) != Provenance::Own {
        return problem(&base, StatusCode::FORBIDDEN, "This did not come from a form of these pages.");
    }
    let Some(handle) = handle_in(request.uri()) else { return missing(&base) };
    let runtime = &admin.sessions.runtime;
    match runtime.store.delete(&handle).await {
        Ok(ended) => {
            if ended {
                event::revoked(&runtime.events, handle, RevokedBy::Operator);
            }
            match asked(request.uri()).filter(|of| !of.is_empty()) {
                Some(of) => respond::see(&format!("{base}/sessions?of={}", encoded(&of))),
                None => respond::see(&format!("{base}/")),
            }
        }
        Err(error) => problem(&base, StatusCode::SERVICE_UNAVAILABLE, &said(&error)),
    }
}

#[expect(clippy::unused_async, reason = "like the other pages")]
pub(super) async fn style<T: SessionData, S: Send + Sync + 'static>(_: &Admin<T, S>, _: Request) -> Answer {
    respond::style()
}

impl<T: SessionData, S: Send + Sync + 'static> Admin<T, S> {
    fn now(&self) -> SystemTime {
        self.sessions.runtime.store.now().into()
    }
}

/// The path under which the pages are nested, without a slash at its end.
fn base(request: &Request) -> String {
    let inner = request.uri().path();
    let original = request.extensions().get::<OriginalUri>().map_or(inner, |original| original.path());
    // At the root of a nest there is a slash inside, and none outside.
    original.strip_suffix(inner).unwrap_or(original).trim_end_matches('/').to_owned()
}

/// What an operator typed.
fn asked(uri: &Uri) -> Option<String> {
    let Query(query) = Query::<std::collections::HashMap<String, String>>::try_from_uri(uri).ok()?;
    query.get("of").map(|of| of.trim().to_owned()).filter(|of| !of.is_empty())
}

/// The handle in `/sessions/{handle}` and what is below.
fn handle_in(uri: &Uri) -> Option<Handle> {
    let (_, rest) = uri.path().split_once("/sessions/")?;
    Handle::parse(rest.split('/').next()?)
}

/// As a value in a query.
fn encoded(text: &str) -> String {
    let mut query = String::new();
    encode(text, &mut query);
    query
}

fn head(base: &str, title: &'static str) -> Html {
    let mut html = Html::default();
    html.raw("<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">");
    html.raw("<title>")
        .raw(title)
        .raw("</title><link rel=stylesheet href=\"")
        .text(base)
        .raw("/style.css\">");
    html.raw("<header><a href=\"").text(base).raw("/\">Sessions</a></header><main>");
    html
}

fn foot(mut html: Html) -> Html {
    html.raw("</main></html>");
    html
}

fn problem(base: &str, status: StatusCode, what: &str) -> Answer {
    let mut html = head(base, "Not done");
    html.raw("<section><h2 class=failing>")
        .text(what)
        .raw("</h2><p><a href=\"")
        .text(base)
        .raw("/\">Back</a></section>");
    respond::page(status, foot(html))
}

fn missing(base: &str) -> Answer {
    problem(base, StatusCode::NOT_FOUND, "There is no such session.")
}

fn write_health(html: &mut Html, report: &HealthReport) {
    html.raw("<section><h2>Health</h2><table>");
    for (name, component) in &report.components {
        let class = component.state.name();
        html.raw("<tr><td>").text(name).raw("<td><span class=\"state ").raw(class).raw("\">").raw(class);
        html.raw("</span><td>");
        for (index, detail) in component.details.iter().enumerate() {
            html.raw(if index == 0 { "" } else { "<br>" }).text(detail);
        }
        html.raw("</tr>");
    }
    html.raw("</table></section>");
}

fn write_inventory<T: SessionData, S: Send + Sync + 'static>(html: &mut Html, admin: &Admin<T, S>) {
    let inventory = schema::inventory::<T>(admin.sessions.runtime.config());
    html.raw("<section><h2>What is held</h2><table><tr><th>Field<th>Class</tr>");
    for held in &inventory.held {
        html.raw("<tr><td><code>")
            .text(held.field)
            .raw("</code><td>")
            .text(held.class_in_words())
            .raw("</tr>");
    }
    html.raw("</table><p class=soft>Kept for ")
        .text(schema::in_words(inventory.idle))
        .raw(" without use, and for ");
    html.text(schema::in_words(inventory.absolute)).raw(" in all.</p></section>");
}

fn write_times<T: SessionData>(html: &mut Html, session: &Session<T>, now: SystemTime) {
    let current: &Current<T> = session;
    for moment in [current.created_at(), current.authenticated_at(), current.expires_at(), current.ends_at()]
    {
        html.raw("<td>");
        match moment {
            None => html.raw("–"),
            Some(moment) => match now.duration_since(moment) {
                Ok(ago) => html.text(Coarse(ago)).raw(" ago"),
                Err(ahead) => html.raw("in ").text(Coarse(ahead.duration())),
            },
        };
    }
}

fn write_end(html: &mut Html, base: &str, handle: Handle, of: &str) {
    html.raw("<form method=post action=\"").text(base).raw("/sessions/").text(handle.encode());
    html.raw("/end?of=").text(encoded(of)).raw("\"><button class=end>End</button></form>");
}

/// A span in its largest unit.
struct Coarse(Duration);

impl std::fmt::Display for Coarse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.as_secs() {
            seconds @ 0..120 => write!(f, "{seconds} s"),
            seconds @ 120..7200 => write!(f, "{} min", seconds / 60),
            seconds @ 7200..172_800 => write!(f, "{} h", seconds / 3600),
            seconds => write!(f, "{} days", seconds / 86_400),
        }
    }
}
