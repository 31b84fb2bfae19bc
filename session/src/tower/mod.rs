//! Sessions as tower middleware: for axum, hyper, tonic and whatever else speaks `http` and `tower`.
//!
//! The rules are in the engine ([`crate::http`]); this folder carries requests to it and its answers into responses. It
//! must never decide when to commit, build or read a cookie, or show a client what went wrong inside.

mod answer;
mod caching;
mod event;
mod future;
pub mod guard;
mod headers;
mod layer;
mod mounted;
mod request;
mod service;

pub(crate) use answer::Answer;
pub use future::ResponseFuture;
pub use guard::{CsrfGuard, RequireAuth, local_return_path};
pub use layer::SessionLayer;
pub use request::{RequestHead, read_only_session_of, session_of};
pub use service::SessionService;
