//! The integration tests, in one binary.

mod conformance;
mod flash;
mod kit;
mod lifecycle;
mod merging;
mod mutants;
mod principal;
mod sessions;
mod structure;
mod threads;
