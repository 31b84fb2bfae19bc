//! Stores for the crate `session`.
//!
//! | store | feature | for |
//! |---|---|---|
//! | [`MemoryStore`] | `memory`, on by default | development, tests, one server |
//! | [`RedisStore`](redis::RedisStore) | `redis`; `redis-tls` for TLS | several servers: one Redis or Valkey, Sentinel, Redis Cluster |
//!
//! To choose one at run time, [`connect`] to an address.

mod connect;
#[cfg(feature = "memory")]
pub mod memory;
#[cfg(feature = "redis")]
pub mod redis;

pub use connect::connect;
#[cfg(feature = "memory")]
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;
