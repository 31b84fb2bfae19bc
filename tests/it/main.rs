//! The integration tests, in one binary.

mod adapters;
mod conformance;
mod errors;
mod evolution;
mod exactly_once;
mod flash;
mod kit;
mod lifecycle;
mod merging;
mod mutants;
mod outcomes;
mod overlap;
mod peers;
mod policies;
mod principal;
mod quickstart;
mod redaction;
mod rotation;
mod sessions;
mod simulation;
mod structure;
mod threads;
