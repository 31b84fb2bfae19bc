//! Typed, versioned, conflict-free web sessions.

extern crate self as session;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0;
pub mod codec;
pub mod current;
pub mod data;
pub mod value;

pub use data::{Identity, SessionData};
pub use value::SessionValue;
