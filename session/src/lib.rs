//! Typed, versioned, conflict-free web sessions.

extern crate self as session;

pub mod clock;
pub mod codec;
pub mod current;
pub mod data;
mod error;
mod flash_bag;
mod random;
pub mod record;
mod secret;
pub mod store;
mod token;
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0;

pub use data::{Identity, SessionData};
pub use error::{Applied, Error, ErrorKind};
pub use flash_bag::{FlashBag, FlashLevel};
pub use secret::Secret;
pub use token::{Handle, Proof, Token};
pub use value::SessionValue;
