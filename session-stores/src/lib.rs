//! Stores for the crate `session`.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | `memory`, on by default | development, tests, one server |
//!
//! To choose one at run time, [`connect`] to an address.

mod connect;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "compression")]
mod pack;

pub use connect::connect;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
