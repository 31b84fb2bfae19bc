//! This project beside its peers: the same struct, the same requests, in one process and one run.
//!
//! `cargo xtask bench` runs it and prints the tables of the README in this folder. What is measured is CPU time of the
//! whole process per request above that of the same router without sessions, so that neither other programs nor the
//! Redis server count; wall time is not a result here.

pub mod bars;
pub mod client;
pub mod measure;
pub mod peers;
pub mod races;
pub mod report;
pub mod scenario;
pub mod server;
pub mod shop;
