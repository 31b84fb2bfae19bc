//! The laws of [`Store`] as tests that any store can be put to, from any crate.
//!
//! [`conformance!`](crate::conformance) makes one `#[test]` per law. Each law is also a plain function here, which
//! panics with the law and with what was seen instead; [`laws`] lists them. A [`Subject`] says how to get a fresh store
//! and how to move its time; what else a subject can do ([`Measured`], [`Severable`], [`Scan`], [`Revoke`]) is a trait,
//! and opens the laws that need it.
//!
//! ```
//! # use session::testing::ReferenceStore as MyStore;
//! session::conformance! {
//!     mod laws;
//!     subject = OnClock::new(|clock| MyStore::new(clock)).measured(MyStore::kept);
//!     also = [scan, memory];
//! }
//! # fn main() {}
//! ```
//!
//! The laws are blocking functions, because some of them are about threads. A store that needs a runtime brings it in
//! [`Subject::run`].

pub mod batches;
pub mod clean_up;
pub mod creates;
pub mod ends;
pub mod expiry;
pub mod held;
pub mod index;
mod list;
pub mod memory;
pub mod outage;
pub mod retries;
pub mod revoke;
pub mod scan;
pub mod sealed;
pub mod secrets;
mod subject;
pub mod threads;
pub mod touches;
mod trial;
pub mod updates;
mod writes;

#[cfg(doc)]
use crate::store::{Revoke, Scan, Store};

pub use list::{
    Law, clean_up_laws, index_laws, laws, memory_laws, outage_laws, revoke_laws, scan_laws, sealed_laws,
};
pub use subject::{Keeps, KeepsRecords, Measured, OnClock, Sealing, Severable, Subject};
