//! The schema of session data: what is stored, as data that can be printed, compared and locked.
//!
//! Nothing here runs while a request is served: the lock and the bounds are the compiler's work, descriptions are for
//! tests and reviews.

mod compare;
mod describe;
pub(crate) mod fits;
mod inventory;
pub(crate) mod lock;
pub(crate) mod text;

pub use compare::{Change, Finding, Report, compare};
pub use describe::{FieldSchema, FormerSchema, Schema, of};
#[cfg(feature = "admin")]
pub(crate) use inventory::in_words;
pub use inventory::{DataClass, Held, Inventory, inventory};
