//! Sessions for actix-web: the middleware, the extractors and the guards.
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use actix_web::{App, HttpServer, web};
//! use session::actix::SessionMiddleware;
//! use session::{Runtime, Session, SessionConfig, SessionData};
//! # use session::store::Store;
//!
//! #[derive(SessionData, Clone)]
//! struct UserSession {
//!     views: u32,
//! }
//!
//! async fn index(session: Session<UserSession>) -> String {
//!     session.update_views(|views| *views += 1);
//!     format!("{} views", session.views())
//! }
//!
//! async fn serve(store: impl Store) -> std::io::Result<()> {
//!     // Made once, outside of the closure: all workers share it.
//!     let sessions = SessionMiddleware::<UserSession>::new(Runtime::new(store, SessionConfig::default()));
//!     HttpServer::new(move || App::new().wrap(sessions.clone()).route("/", web::get().to(index)))
//!         .bind("127.0.0.1:8080")?
//!         .run()
//!         .await
//! }
//! # }
//! ```
//!
//! [`RequireAuth`](crate::RequireAuth) and [`CsrfGuard`](crate::CsrfGuard) are wrapped in the same way. actix-web runs the
//! middleware that was wrapped *last* first, so the session's comes after the guards:
//! `App::new().wrap(guard).wrap(sessions)`.
//!
//! # What to know of actix-web
//!
//! * **Take [`Stored<T>`] in the place of `Option<Session<T>>`.** actix-web itself makes `None` of every error of an extractor
//!   and runs the handler. Its client is told of the outage nevertheless, by a 503 in the place of what the handler says
//!   ([`Refused`]); but what else the handler does is done. Where the middleware is missing there is only the log to tell.
//! * A handler runs to its end, and its session is committed, although its client has hung up, unless the server is told
//!   otherwise (`HttpServer::h1_allow_half_closed(false)`): then both are dropped, and nothing is committed.
//! * A guard turns a request away with a response, not with an error, so error handlers do not see it.
//! * An error of a handler becomes its response as always; below 500 the session is committed with it.
//!
//! This folder translates between actix-web, which stands on version 0.2 of the crate `http`, and [`crate::tower`], which
//! stands on version 1 and on the engine. It must never decide anything. A request's headers are translated when its session
//! is first asked for, a response's when it was.

mod bridge;
mod extract;
mod guard;
mod middleware;
mod refused;

pub use bridge::{read_only_session_of, session_of};
pub use extract::Stored;
pub use middleware::{SessionMiddleware, SessionMiddlewareService};
pub use refused::Refused;

pub use crate::tower::{Authenticated, AuthenticatedRejection, ReadOnly, SessionRejection};
