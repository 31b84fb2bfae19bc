//! The integration tests, in one binary.

#![allow(unreachable_pub, reason = "structs of session data are written as an app would write them")]

mod adapters;
mod admin;
mod both;
mod bounds;
mod clustered;
mod configuration;
mod conformance;
mod cookie_store;
mod departure;
mod errors;
mod events;
mod evolution;
mod exactly_once;
mod faults;
mod flash;
mod golden;
mod hostile;
mod indexes;
mod inventory;
mod kit;
mod late;
mod lifecycle;
mod merging;
mod metrics;
mod mutants;
mod outcomes;
mod overlap;
mod peers;
mod policies;
mod principal;
mod queries;
mod quickstart;
mod redaction;
mod redis;
mod rotation;
mod secrets;
mod security;
mod sessions;
mod sign_out;
mod simulation;
mod structure;
mod threads;
mod wide;
mod wrappers;
