// What is retired must have been there, and be gone.

use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Item {
    sku: String,
}

#[derive(SessionData, Clone)]
#[session(lock = "item:4830f771 item.sku:9d0882d2 views:a3f99d4b", retired("item.sku", "gone", "views:01234567"))]
struct UserSession {
    item: Item,
    views: u32,
}

fn main() {}
