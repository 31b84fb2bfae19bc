// A limit is a number, for what has a length.

use session::{SessionData, SessionValue};

#[derive(SessionData, Clone)]
struct UserSession {
    #[session(max_len = 4)]
    views: u32,
    #[session(max_len = "4")]
    name: String,
    #[session(max_len)]
    cart: Vec<Item>,
}

#[derive(SessionValue, Clone, Default)]
struct Item {
    #[session(max_len = 4)]
    quantity: Option<u32>,
}

fn main() {}
