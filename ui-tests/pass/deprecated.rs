//! What is deprecated warns where it is used, and not where it is derived for.
#![deny(deprecated)]

use session::{SessionData, SessionValue};

#[deprecated]
#[derive(SessionData, Clone)]
struct Data {
    #[deprecated]
    old: u8,
}

#[deprecated]
#[derive(SessionValue, Clone)]
struct Tagged {
    #[deprecated]
    old: u8,
}

#[derive(SessionValue, Clone)]
enum Choice {
    #[deprecated]
    Old,
    New {
        #[deprecated]
        old: u8,
    },
}

fn main() {}
