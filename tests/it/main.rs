//! The integration tests, in one binary.

mod adapters;
mod errors;
mod flash;
mod lifecycle;
mod merging;
mod overlap;
mod principal;
mod quickstart;
mod redaction;
mod sessions;
mod structure;
mod threads;
