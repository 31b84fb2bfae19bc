//! Stores for the crate `session`.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | `memory`, on by default | development, tests, one server |
//! | [`CookieStore`] | `cookie` | small sessions that nothing on a server keeps |
//!
//! To choose one at run time, [`connect`] to an address.

mod connect;
#[cfg(feature = "cookie")]
pub mod cookie;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "cookie")]
mod pack;

pub use connect::connect;
#[cfg(feature = "cookie")]
pub use cookie::CookieStore;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
