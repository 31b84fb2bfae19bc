//! One request and its response, without any framework: header values in, a [`Finish`] out.
//!
//! Adapters translate and nothing more. Everything that decides whether a response may set a cookie, must be private, or
//! has to be replaced, is here.

mod exchange;
mod finish;
#[cfg(feature = "tower")]
pub(crate) mod form;
#[cfg(feature = "tower")]
pub(crate) mod origin;
mod touch;

pub use exchange::Exchange;
pub use finish::{Caching, Finish, RequestFacts};
