//! Stores for the crate `session`.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | `memory`, on by default | development, tests, one server |
//! | [`CookieStore`] | `cookie` | small sessions that nothing on a server keeps |
//! | [`RedisStore`] | `redis`; `redis-tls` for TLS | several servers: one Redis or Valkey, Sentinel, Redis Cluster |
//!
//! | wrapper | feature | for |
//! |---|---|---|
//! | [`Encrypted`] | | sessions sealed in any store on the server |
#![cfg_attr(
    feature = "compression",
    doc = "| [`Compressed`] | `compression` | sessions compressed in any store on the server |"
)]
//!
//! The module [`wrap`], with the feature `resilience`, has wrappers for stores across a network.
//!
//! To choose a store at run time, [`connect`] to an address. Guides, from an empty folder to a store of one's own, are in
//! `guide`.

mod connect;
#[cfg(feature = "cookie")]
pub mod cookie;
#[cfg(feature = "memory")]
pub mod guide;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(any(feature = "compression", feature = "cookie"))]
mod pack;
pub mod packed;
#[cfg(feature = "redis")]
pub mod redis;
#[cfg(feature = "resilience")]
pub mod wrap;

pub use connect::connect;
#[cfg(feature = "cookie")]
pub use cookie::CookieStore;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
#[cfg(feature = "compression")]
pub use packed::Compressed;
pub use packed::Encrypted;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
