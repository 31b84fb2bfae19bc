//! Typed, versioned, conflict-free web sessions.

extern crate self as session;

#[cfg(feature = "axum")]
pub mod axum;
pub mod clock;
pub mod codec;
mod commit;
pub mod config;
pub mod cookie;
mod current;
pub mod data;
mod error;
mod event;
mod flash;
mod flash_bag;
pub mod http;
mod load;
mod merge;
mod random;
pub mod record;
mod runtime;
pub mod schema;
mod secret;
mod sessions;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
#[cfg(feature = "tower")]
pub mod tower;
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0;

#[cfg(feature = "axum")]
pub use axum::Authenticated;
pub use config::SessionConfig;
pub use current::{Current, Ref, Session};
pub use data::{Identity, SessionData};
pub use error::{Applied, Error, ErrorKind};
pub use flash::{FlashSlot, IntoFlash};
pub use flash_bag::{FlashBag, FlashLevel};
pub use runtime::Runtime;
pub use secret::Secret;
#[cfg(feature = "derive")]
pub use session_derive::{SessionData, SessionValue};
pub use sessions::Sessions;
pub use token::{Handle, Proof, Token};
#[cfg(feature = "tower")]
pub use tower::{RequireAuth, SessionLayer};
pub use value::SessionValue;
