//! Typed, versioned, conflict-free web sessions.
//!
//! A session is a struct of yours. `#[derive(SessionData)]` makes a field table of it, and the accessors that
//! [`Session`] dereferences to; everything else is here and walks that table.
//!
//! # The way of the data
//!
//! ```text
//! Cookie header → Token → Store::load → Record → decode (field table) → T → handler → changed fields
//!       → commit (merge on conflict) → Store::commit → Set-Cookie
//! ```
//!
//! It goes one way. A [store](store::Store) knows handles, headers and bytes, never a session's type; generated code
//! holds tables, never an algorithm; an adapter ([`tower`], [`axum`], [`actix`]) carries headers, never a rule.
//!
//! # What to expect
//!
//! * A request that does not ask for its session costs no store call and sets no header.
//! * What two requests change in different fields both survives; the same field follows its declared merge policy.
//! * After a logout nothing makes the old token work again: update, touch and rotation never create.
//! * "Not found", "could not ask", "corrupt" and "too new" are different outcomes; only the first begins afresh.
//! * A change of the principal or of a privilege rotates the id in the same write, and nobody inherits anybody's data.
//! * Nothing here prints a secret, a token or session data.
//!
//! Stores are in the crate `session-stores`. Sessions without HTTP are [`Sessions`]. Longer answers are in `guide`, here and
//! there.

extern crate self as session;

#[cfg(feature = "actix")]
pub mod actix;
#[cfg(feature = "admin")]
pub mod admin;
#[cfg(feature = "axum")]
pub mod axum;
pub mod client;
pub mod clock;
pub mod codec;
mod commit;
pub mod config;
pub mod cookie;
pub mod crypto;
mod csrf;
mod current;
pub mod data;
mod error;
pub mod event;
mod evolve;
mod flash;
mod flash_bag;
#[cfg(feature = "derive")]
pub mod guide;
pub mod http;
pub mod index;
mod load;
mod merge;
pub mod metrics;
pub mod query;
mod random;
pub mod record;
mod runtime;
pub mod schema;
mod sealing;
mod secret;
mod sessions;
pub mod store;
mod sync;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
#[cfg(feature = "tower")]
pub mod tower;
pub mod value;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private0;

pub use config::SessionConfig;
pub use csrf::CsrfToken;
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
pub use tower::{Authenticated, CsrfGuard, RequireAuth, SessionLayer};
pub use value::{SessionValue, Unknown};
