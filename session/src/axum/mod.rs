//! Sessions as arguments of axum handlers.
//!
//! Extractors and their rejections, on `axum-core` alone. Nothing here loads, commits or decides: it asks
//! [`crate::tower`] and turns the answer into axum's types.

mod extract;
mod reject;

pub use extract::{Authenticated, ReadOnly};
pub use reject::{AuthenticatedRejection, SessionRejection};
