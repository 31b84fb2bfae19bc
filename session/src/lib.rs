//! Typed, versioned, conflict-free web sessions.

extern crate self as session;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0;
pub mod codec;
pub mod current;
pub mod data;
mod flash_bag;
mod secret;
pub mod value;

pub use data::{Identity, SessionData};
pub use flash_bag::{FlashBag, FlashLevel};
pub use secret::Secret;
pub use value::SessionValue;
