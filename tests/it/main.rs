//! The integration tests, in one binary.

mod adapters;
mod errors;
mod evolution;
mod flash;
mod lifecycle;
mod merging;
mod principal;
mod redaction;
mod sessions;
mod structure;
mod threads;
