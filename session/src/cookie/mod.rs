//! The text rules of cookies: what our cookie looks like, how it is found in a request, how it is set and removed.
//!
//! Every byte of a `Set-Cookie` line is written in `write.rs`, nowhere else. Nothing here knows a store, a session or
//! an HTTP framework, asks what time it is, or fails on what a client sent.

mod attributes;
pub(crate) mod budget;
mod chunks;
mod hint;
mod presented;
mod read;
mod rules;
pub(crate) mod signature;
mod write;

pub use attributes::{CookieConfig, SameSite};
pub(crate) use chunks::{Further, issue as issue_all, parts, remove as remove_all};
pub use chunks::{MAX_CHUNKS, capacity, collide};
pub(crate) use hint::seen;
pub(crate) use presented::Presented;
pub use read::{Candidates, MAX_CANDIDATES, candidates, candidates_where};
pub(crate) use rules::check;
pub use write::{MAX_AGE, hint, issue, remove};
