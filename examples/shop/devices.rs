//! "Your devices": where somebody is signed in, and how to end that, there or everywhere.
//!
//! The list comes from the index of the session's `user_id`. A device is named by its session's handle, which says which
//! session it is and opens none, so it may stand in a form.

use std::time::SystemTime;

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;
use session::axum::SessionRejection;
use session::clock::{Clock as _, SystemClock};
use session::index::{Device, Devices, Revoked};
use session::{ErrorKind, Handle};

use crate::shop::Shop;
use crate::view::View;
use crate::visit::Visit;

const HERE: &str = "/account/devices";

pub(crate) async fn page(State(shop): State<Shop>, view: View) -> Result<Response, SessionRejection> {
    let Some(customer) = view.user_id() else { return Ok(StatusCode::UNAUTHORIZED.into_response()) };
    match shop.sessions.by_user_id(&customer).list().await {
        Ok(devices) => Ok(list(&view, devices)),
        // Where clients keep their sessions, nobody has a list of them.
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported { .. }) => {
            Ok(without_a_list(&view, shop.marked.is_some()))
        }
        Err(error) => Err(error.into()),
    }
}

fn list(view: &View, devices: Devices<Visit>) -> Response {
    let Devices { mut devices, unreadable } = devices;
    // This one first, then by their last use, as they come.
    devices.sort_by_key(|device| !device.is(view));
    let count = devices.len() + unreadable.len();
    view.page("Your devices", html! {
        h1 { "Your devices" }
        p {
            "You are signed in on " (count) @if count == 1 { " device." } @else { " devices." }
            @if count > 1 {
                " If you do not know one of them, sign it out and " a href="/account/password" { "choose another password" } "."
            }
        }
        ul.rows {
            @for device in &devices { li { (row(view, device)) } }
            @for (handle, _) in &unreadable { li { (unreadable_row(view, *handle)) } }
        }
        div.actions {
            @if count > 1 { (view.form("/account/devices/revoke-others", html! { button.quiet { "Sign out everywhere else" } })) }
            (everywhere(view))
        }
    })
}

fn row(view: &View, device: &Device<Visit>) -> Markup {
    let session = device.session();
    let name = name(&session.user_agent());
    html! {
        span {
            strong { (name) } " " @if device.is(view) { span.here { "This device" } }
            br;
            span.soft {
                @if let Some(since) = session.authenticated_at() { "Signed in " (ago(since)) ", last" } @else { "Last" }
                " seen " (ago(device.last_seen()))
            }
        }
        @if !device.is(view) { (revoke_form(view, &name, device.handle())) }
    }
}

/// A newer shop wrote it, say. It is somebody's session all the same, and can be ended.
fn unreadable_row(view: &View, handle: Handle) -> Markup {
    html! {
        span {
            strong { "Another device" } br;
            span.soft { "We cannot say more of it at the moment" }
        }
        (revoke_form(view, "the other device", handle))
    }
}

fn revoke_form(view: &View, name: &str, handle: Handle) -> Markup {
    view.form(
        "/account/devices/revoke",
        html! {
            input type="hidden" name="device" value=(handle.encode());
            button.quiet aria-label=(format!("Sign out {name}")) { "Sign out" }
        },
    )
}

fn everywhere(view: &View) -> Markup {
    view.form("/account/devices/revoke-all", html! { button.quiet { "Sign out everywhere" } })
}

/// What there is to say where the sessions are with the clients: no list, and an end to all of them only with marks.
fn without_a_list(view: &View, marked: bool) -> Response {
    view.page("Your devices", html! {
        h1 { "Your devices" }
        p {
            "This shop keeps no sessions: each of your browsers has its own, sealed, in a cookie. So we have no list of your \
             devices to show."
        }
        @if marked {
            p { "If you have lost one of them, sign out everywhere: from then on we take none of these cookies any more." }
            (everywhere(view))
        } @else {
            p {
                "Nor can we sign out one that you have lost: its cookie is good until it expires. A device that you still \
                 have, you sign out on it."
            }
            (view.form("/sign-out", html! { button.quiet { "Sign out here" } }))
        }
    })
}

#[derive(Deserialize)]
pub(crate) struct Revoke {
    device: String,
}

/// Ends one session. Only this customer's are looked at, so a handle of somebody else's ends nothing.
pub(crate) async fn revoke(
    State(shop): State<Shop>,
    view: View,
    Form(form): Form<Revoke>,
) -> Result<Response, SessionRejection> {
    let Some(customer) = view.user_id() else { return Ok(StatusCode::UNAUTHORIZED.into_response()) };
    // The page never offers the session that it is shown in; for that there is the sign-out.
    let Some(device) = Handle::parse(&form.device).filter(|device| view.id() != Some(*device)) else {
        return Ok(StatusCode::BAD_REQUEST.into_response());
    };
    view.notice().set(match shop.sessions.by_user_id(&customer).revoke(device).await? {
        true => "That device is signed out.",
        false => "That device was not signed in any more.",
    });
    Ok(Redirect::to(HERE).into_response())
}

pub(crate) async fn revoke_others(
    State(shop): State<Shop>,
    view: View,
) -> Result<Response, SessionRejection> {
    let Some(customer) = view.user_id() else { return Ok(StatusCode::UNAUTHORIZED.into_response()) };
    let others = shop.sessions.by_user_id(&customer).revoke_others(&view).await?;
    view.notice().set(match others.is_complete() {
        true => "You are signed out everywhere else.",
        false => NOT_ALL,
    });
    Ok(Redirect::to(HERE).into_response())
}

/// Those that are left are marked, and the next list of them ends them: to load the page again is to try again.
const NOT_ALL: &str = "Not every device could be signed out yet. Please look again in a moment.";

/// Ends all of them, this one last: until then there is somebody to be told that one could not be ended.
pub(crate) async fn revoke_all(State(shop): State<Shop>, view: View) -> Result<Response, SessionRejection> {
    let Some(customer) = view.user_id() else { return Ok(StatusCode::UNAUTHORIZED.into_response()) };
    let others = match &shop.marked {
        Some(marked) => {
            marked.revoke_all(&view.principal()?).await?;
            Revoked::default()
        }
        None => shop.sessions.by_user_id(&customer).revoke_others(&view).await?,
    };
    if !others.is_complete() {
        view.notice().set(NOT_ALL);
        return Ok(Redirect::to(HERE).into_response());
    }
    view.sign_out().await?;
    view.notice().set("You are signed out everywhere.");
    Ok(Redirect::to("/").into_response())
}

/// `Chrome on Linux`, as far as a browser's word for itself can be understood.
fn name(user_agent: &str) -> String {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // In this order: most of them also name those that come later.
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "a Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => "A browser".to_owned(),
    }
}

fn ago(moment: SystemTime) -> String {
    in_words(SystemClock.now().since(moment.into()).as_secs())
}

/// No finer than it is known: uses are written down once a minute.
fn in_words(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => return "just now".to_owned(),
        120..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{} ago", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_what_its_owner_calls_it() {
        for (user_agent, called) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0", "Edge on Windows"),
            ("Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Safari/604.1",
                "Safari on an iPhone",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on a Mac",
            ),
            ("curl/8.14.1", "A browser"),
            ("", "A browser"),
        ] {
            assert_eq!(name(user_agent), called);
        }
    }

    #[test]
    fn spans_are_told_as_people_tell_them() {
        for (seconds, words) in [
            (0, "just now"),
            (119, "just now"),
            (120, "2 minutes ago"),
            (3_600, "1 hour ago"),
            (86_399, "23 hours ago"),
            (86_400, "1 day ago"),
            (20 * 86_400, "20 days ago"),
        ] {
            assert_eq!(in_words(seconds), words);
        }
    }
}
