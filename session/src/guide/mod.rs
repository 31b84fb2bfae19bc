//! Longer answers than fit beside a single type.

#[doc = include_str!("concepts.md")]
pub mod concepts {}

#[doc = include_str!("concurrency.md")]
pub mod concurrency {}

#[doc = include_str!("configuration.md")]
pub mod configuration {}

#[doc = include_str!("evolution.md")]
pub mod evolution {}

#[doc = include_str!("operations.md")]
pub mod operations {}

#[doc = include_str!("security.md")]
pub mod security {}
