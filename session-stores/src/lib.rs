//! Stores for the crate `session`.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | `memory`, on by default | development, tests, one server |
//! | [`CookieStore`] | `cookie` | small sessions that nothing on a server keeps |
//! | [`RedisStore`] | `redis`; `redis-tls` for TLS | several servers: one Redis or Valkey, Sentinel, Redis Cluster |
//! | `ClusteredStore` | `cluster` | the same, with a near cache in every server |
//!
//! | wrapper | feature | for |
//! |---|---|---|
//! | [`Encrypted`] | | sessions sealed in any store on the server |
//! | [`Instrumented`] | | any store, measured: calls, outcomes, times, bytes |
#![cfg_attr(
    feature = "compression",
    doc = "| [`Compressed`] | `compression` | sessions compressed in any store on the server |"
)]
//!
//! The module [`wrap`], with the feature `resilience`, has wrappers for stores across a network.
//!
//! To choose a store at run time, [`connect`] to an address. Guides, from an empty folder to a store of one's own, are in
//! `guide`.

#[cfg(feature = "cluster")]
pub mod cluster;
mod connect;
#[cfg(feature = "cookie")]
pub mod cookie;
#[cfg(feature = "memory")]
pub mod guide;
mod instrumented;
#[cfg(any(feature = "memory", feature = "redis"))]
mod late;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(any(feature = "compression", feature = "cookie"))]
mod pack;
pub mod packed;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(any(feature = "cookie", feature = "memory"))]
mod sync;
#[cfg(feature = "resilience")]
pub mod wrap;

#[cfg(feature = "cluster")]
pub use cluster::ClusteredStore;
pub use connect::connect;
#[cfg(feature = "cookie")]
pub use cookie::CookieStore;
pub use instrumented::Instrumented;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
#[cfg(feature = "compression")]
pub use packed::Compressed;
pub use packed::Encrypted;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
