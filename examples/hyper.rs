//! Sessions without a framework: hyper serves, and a tower layer brings the session. `cargo run --example hyper`, then open
//! the address that it prints. `PORT` chooses the port (default 3000; 0 takes any free one).

use std::convert::Infallible;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderName, Method, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use maud::{DOCTYPE, html};
use session::tower::session_of;
use session::{Error, Runtime, Session, SessionConfig, SessionData, SessionLayer};
use session_stores::MemoryStore;
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _, service_fn};

/// What the app remembers of a visitor.
#[derive(SessionData, Clone)]
#[session(version = 1)]
struct UserSession {
    /// Whose session: setting it gives the session another id, by itself.
    #[session(identity)]
    user_id: Option<i64>,
    /// Two tabs at once: both count.
    #[session(merge = add)]
    views: u32,
}

/// The other end of the connection, as this program puts it into requests.
#[derive(Clone, Copy)]
struct Peer(IpAddr);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // In production: `SessionConfig::default()`, whose cookie is for HTTPS only.
    let runtime = Runtime::new(MemoryStore::new(), SessionConfig::development());
    let sessions = SessionLayer::<UserSession>::try_from_runtime(runtime)?
        .peer(|request| request.get::<Peer>().map(|peer| peer.0));
    let app = sessions.layer(service_fn(respond));

    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    let open = GracefulShutdown::new();
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = interrupted.as_mut() => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Perhaps there are no more files to open. Then others have to end first.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let app = app.clone();
        let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer.ip()));
            app.clone().oneshot(request)
        });
        let connection =
            http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        let connection = open.watch(connection);
        tokio::spawn(async move {
            // A client that hangs up, or speaks no HTTP, is nobody's mistake here.
            let _ended = connection.await;
        });
    }
    open.shutdown().await;
    Ok(())
}

async fn respond(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let session = match session_of::<UserSession>(&request).await {
        Ok(session) => session,
        Err(error) => return Ok(sorry(&error)),
    };
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/") => home(&session),
        (&Method::POST, "/count") => {
            session.update_views(|views| *views = views.saturating_add(1));
            to_home()
        }
        // A real app checks a password here, or a passkey.
        (&Method::POST, "/sign-in") => {
            session.sign_in(42);
            to_home()
        }
        (&Method::POST, "/sign-out") => match session.sign_out().await {
            Ok(()) => to_home(),
            Err(error) => sorry(&error),
        },
        _ => answer(StatusCode::NOT_FOUND, CONTENT_TYPE, "text/plain", "There is nothing here.".to_owned()),
    })
}

/// A visitor who has done nothing yet gets a page and no cookie.
fn home(session: &Session<UserSession>) -> Response<Full<Bytes>> {
    let page = html! {
        (DOCTYPE) html lang="en" { head { title { "Sessions on hyper" } } body {
            p { output { (session.views()) } " views" }
            form method="post" action="/count" { button { "Count" } }
            @match session.user_id() {
                Some(user) => {
                    p { "Signed in as " strong { "user " (user) } "." }
                    form method="post" action="/sign-out" { button { "Sign out" } }
                }
                None => form method="post" action="/sign-in" { button { "Sign in" } }
            }
        } }
    };
    answer(StatusCode::OK, CONTENT_TYPE, "text/html; charset=utf-8", page.into_string())
}

/// An outage is not an empty session: the client keeps its cookie and comes again.
fn sorry(error: &Error) -> Response<Full<Bytes>> {
    let status = match error.is_unavailable() {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::INTERNAL_SERVER_ERROR,
    };
    answer(status, RETRY_AFTER, "1", "A moment, please.".to_owned())
}

fn to_home() -> Response<Full<Bytes>> {
    answer(StatusCode::SEE_OTHER, LOCATION, "/", String::new())
}

fn answer(status: StatusCode, name: HeaderName, value: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(name, http::HeaderValue::from_static(value));
    response
}
