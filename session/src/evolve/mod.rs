//! How programs of different versions share a record.
//!
//! [`form`] is about one field that has been stored in several forms, [`read`] about a whole record, [`upgrade`],
//! [`beside`] and [`write`] about records of an older schema version. The rules are PROTOCOL §11's. Nothing here keeps a state, and nothing here
//! decides *when* something is written: what a request did not change stays as it is stored.

mod beside;
pub(crate) mod form;
pub(crate) mod principal;
pub(crate) mod read;
pub(crate) mod upgrade;
pub(crate) mod write;

pub use upgrade::{FromVersion, OnFailure, Upgrade, assert_previous};
