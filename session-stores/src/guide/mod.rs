//! Guides that need a store to be shown. What needs none is in `session::guide`: concepts, concurrency, configuration,
//! evolution, operations, security.

#[doc = include_str!("quickstart.md")]
pub mod quickstart {}

#[doc = include_str!("choosing.md")]
pub mod choosing {}

#[doc = include_str!("resilience.md")]
#[cfg(feature = "resilience")]
pub mod resilience {}

#[doc = include_str!("clustering.md")]
#[cfg(feature = "cluster")]
pub mod clustering {}

#[doc = include_str!("testing.md")]
pub mod testing {}

#[doc = include_str!("writing_a_store.md")]
pub mod writing_a_store {}

#[doc = include_str!("migrating.md")]
pub mod migrating {}

#[doc = include_str!("comparison.md")]
pub mod comparison {}
