//! The kit for testing apps and stores. Not covered by semantic versioning: a new law is a new test, and one that a
//! store fails was a promise that it broke already.
//!
//! - [`conformance`]: the laws of [`Store`](crate::store::Store) as tests, instantiated by one macro per store, and
//!   usable from any crate.
//! - [`ReferenceStore`]: a store that is obviously correct, to compare others with and to test apps on.
//! - [`Faulty`]: a store that fails, waits and loses answers when it is told to, or by a seed.
//! - [`Counting`]: a store that counts its calls.
//! - [`ManualClock`]: a clock that moves only when it is told to.
//! - [`Golden`]: golden records of your own session data, which stay readable for ever; [`record_of`] and [`data_of`]
//!   are what it stands on, [`record_by`] and [`data_by`] for data with secret fields.
//! - [`Gate`]: stops a call at a chosen point. [`block_on`] runs a future without a runtime.
#![cfg_attr(
    feature = "tower",
    doc = "- [`TestClient`]: a browser with a cookie jar in front of any tower service."
)]
//!
//! Nothing here sleeps, nothing here reads the machine's clock, and nothing here is a mock: the stores are real ones and
//! wrappers around real ones.

mod block_on;
#[cfg(feature = "tower")]
mod client;
pub mod conformance;
mod counting;
mod faulty;
mod gate;
mod golden;
mod records;
mod reference;
mod rolls;

pub use block_on::block_on;
#[cfg(feature = "tower")]
pub use client::{CookieJar, StoredCookie, TestClient, TestResponse};
pub use counting::{Calls, Counting};
pub use faulty::{Chances, Fault, Faulty, Operation};
pub use gate::Gate;
pub use golden::Golden;
pub use records::{data_by, data_of, opened_by, record_by, record_of};
pub use reference::ReferenceStore;
pub use rolls::Rolls;

pub use crate::clock::ManualClock;
