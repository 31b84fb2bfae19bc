//! Typed, versioned, conflict-free web sessions.

extern crate self as session;

pub mod clock;
pub mod codec;
pub mod config;
pub mod cookie;
pub mod current;
pub mod data;
mod error;
mod random;
pub mod record;
pub mod store;
mod token;
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0;

pub use data::{Identity, SessionData};
pub use error::{Applied, Error, ErrorKind};
pub use token::{Handle, Proof, Token};
pub use value::SessionValue;
