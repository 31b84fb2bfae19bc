// Additions need only the paste: a field, and a field of a nested struct.

use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Item {
    sku: String,
    note: Option<String>,
}

#[derive(SessionData, Clone)]
#[session(lock = "user_id:abf5f6b2 cart:54d411d2 cart.sku:9d0882d2")]
struct UserSession {
    user_id: Option<i64>,
    cart: Vec<Item>,
    theme: u8,
}

fn main() {}
