//! Sessions in actix-web: `cargo run --example actix`, then open the address that it prints. `PORT` chooses the port
//! (default 3000; 0 takes any free one).

use std::io::Write as _;
use std::net::Ipv4Addr;

use actix_web::http::header::{ContentType, LOCATION};
use actix_web::{App, HttpResponse, HttpServer, web};
use maud::{DOCTYPE, html};
use serde::Deserialize;
use session::actix::{SessionMiddleware, SessionRejection};
use session::{Authenticated, RequireAuth, Runtime, Session, SessionConfig, SessionData};
use session_stores::MemoryStore;

/// What the app remembers of a visitor.
#[derive(SessionData, Clone)]
#[session(version = 1)]
struct UserSession {
    /// Whose session: setting it gives the session another id, by itself.
    #[session(identity)]
    name: Option<String>,
    /// Two tabs at once: both count.
    #[session(merge = add)]
    views: u32,
    /// Shown once, on the next page.
    #[session(flash)]
    notice: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    actix_web::rt::System::new().block_on(serve())
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    // Made once, outside of the closure: actix-web makes an app for each of its workers, and they share the sessions. In
    // production: `SessionConfig::default()`, whose cookie is for HTTPS only.
    let runtime = Runtime::new(MemoryStore::new(), SessionConfig::development());
    let sessions = SessionMiddleware::<UserSession>::new(runtime);
    let members = RequireAuth::<UserSession>::new().sign_in_path("/");

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(home))
            .route("/count", web::post().to(count))
            .route("/sign-in", web::post().to(sign_in))
            .route("/sign-out", web::post().to(sign_out))
            .service(web::scope("/members").route("", web::get().to(club)).wrap(members.clone()))
            // What is wrapped last runs first, so the guards find the session.
            .wrap(sessions.clone())
    });
    let server = server.bind((Ipv4Addr::LOCALHOST, port))?;
    for address in server.addrs() {
        writeln!(std::io::stdout(), "http://{address}")?;
    }
    // Ends by itself, and lets requests end, when it is interrupted.
    server.run().await?;
    Ok(())
}

/// A visitor who has done nothing yet gets a page and no cookie.
async fn home(session: Session<UserSession>) -> HttpResponse {
    page(&html! {
        @if let Some(notice) = session.notice().take() { p { em { (notice) } } }
        p { output { (session.views()) } " views" }
        form method="post" action="/count" { button { "Count" } }
        @match session.name().as_deref() {
            Some(name) => {
                p { "Signed in as " strong { (name) } ". There is a page for " a href="/members" { "members" } "." }
                form method="post" action="/sign-out" { button { "Sign out" } }
            }
            None => form method="post" action="/sign-in" {
                input name="name" required placeholder="Your name";
                button { "Sign in" }
            }
        }
    })
}

async fn count(session: Session<UserSession>) -> HttpResponse {
    session.update_views(|views| *views = views.saturating_add(1));
    to_home()
}

#[derive(Deserialize)]
struct SignIn {
    name: String,
}

/// A real app checks a password here, or a passkey.
async fn sign_in(session: Session<UserSession>, form: web::Form<SignIn>) -> HttpResponse {
    session.notice().set(format!("Welcome, {}!", form.name));
    session.sign_in(form.into_inner().name);
    to_home()
}

/// Ends the session at once and for good, on every tab.
async fn sign_out(session: Session<UserSession>) -> Result<HttpResponse, SessionRejection> {
    session.sign_out().await?;
    Ok(to_home())
}

async fn club(session: Authenticated<UserSession>) -> HttpResponse {
    page(&html! { p { "Only members see this, " (session.name().as_deref().unwrap_or_default()) "." } })
}

fn page(content: &maud::Markup) -> HttpResponse {
    let page =
        html! { (DOCTYPE) html lang="en" { head { title { "Sessions in actix-web" } } body { (content) } } };
    HttpResponse::Ok().content_type(ContentType::html()).body(page.into_string())
}

fn to_home() -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, "/")).finish()
}
