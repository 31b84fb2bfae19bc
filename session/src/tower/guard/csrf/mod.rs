//! Turning away requests that another site made the browser send.
//!
//! What a site is, what a token is and when one is needed is decided by the engine ([`crate::http`]) and the session; here
//! headers and bodies are carried to them. It must never create a session, load one twice, or keep a body from the handler.

mod body;
mod check;
mod layer;
mod refusal;
mod service;

pub use layer::CsrfGuard;
pub use refusal::CsrfRefusal;
pub use service::CsrfGuardService;
