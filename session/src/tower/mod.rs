//! Sessions as tower middleware: for axum, hyper, tonic and whatever else speaks `http` and `tower`.
//!
//! The rules are in the engine ([`crate::http`]); this folder carries requests to it and its answers into responses. It
//! must never decide when to commit, build or read a cookie, or show a client what went wrong inside.

mod answer;
mod authenticated;
mod caching;
pub(crate) mod event;
mod future;
pub mod guard;
pub(crate) mod headers;
mod layer;
pub(crate) mod mounted;
mod read_only;
mod reject;
mod request;
mod service;

pub(crate) use answer::Answer;
pub use authenticated::Authenticated;
pub use future::ResponseFuture;
pub use guard::{CsrfGuard, RequireAuth, local_return_path};
pub use layer::SessionLayer;
pub use read_only::ReadOnly;
pub use reject::{AuthenticatedRejection, SessionRejection};
pub use request::{RequestHead, read_only_session_of, session_of};
pub use service::SessionService;
