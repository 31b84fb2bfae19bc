//! The kit for testing apps and stores. Not covered by semantic versioning.
//!
//! Nothing here sleeps and nothing here is a mock: the stores are wrappers around real ones.

mod counting;
mod records;

pub use counting::{Calls, Counting};
pub use records::{data_of, record_of};

pub use crate::clock::ManualClock;
