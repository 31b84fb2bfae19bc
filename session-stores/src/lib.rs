//! Stores for the crate `session`.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | `memory`, on by default | development, tests, one server |
//!
//! The module [`wrap`], with the feature `resilience`, has wrappers for stores across a network.
//!
//! To choose one at run time, [`connect`] to an address.

mod connect;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "resilience")]
pub mod wrap;

pub use connect::connect;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
