//! The integration tests, in one binary.

mod conformance;
mod flash;
mod lifecycle;
mod merging;
mod principal;
mod sessions;
mod structure;
mod threads;
