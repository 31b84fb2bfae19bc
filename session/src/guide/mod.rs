//! Longer answers than fit beside a single type.

#[doc = include_str!("evolution.md")]
pub mod evolution {}
