//! A former type that is stored like the present one: nested structs evolve by themselves.
use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Old {
    sku: String,
}

#[derive(SessionValue, Clone, Default)]
struct New {
    article: String,
}

impl From<Old> for New {
    fn from(old: Old) -> Self {
        Self { article: old.sku }
    }
}

#[derive(SessionData, Clone)]
struct Data {
    #[session(was = Vec<Old>)]
    cart: Vec<New>,
}

fn main() {}
