//! A library that denies missing documentation: generated items are documented, or hidden from it.
#![deny(missing_docs, missing_debug_implementations, unused, rustdoc::all)]

use session::{SessionData, SessionValue};

/// Data.
#[derive(SessionData, Clone, Debug)]
pub struct Data {
    /// Whose.
    #[session(identity)]
    pub user_id: Option<i64>,
    /// Shown once.
    #[session(flash)]
    pub notice: Option<String>,
    /// A value.
    pub item: Item,
}

/// A value.
#[derive(SessionValue, Clone, Debug, Default)]
pub struct Item {
    /// Its name.
    pub name: String,
}

fn main() {}
