//! The integration tests, in one binary.

mod adapters;
mod bounds;
mod conformance;
mod errors;
mod evolution;
mod flash;
mod golden;
mod lifecycle;
mod merging;
mod principal;
mod quickstart;
mod redaction;
mod sessions;
mod structure;
mod threads;
