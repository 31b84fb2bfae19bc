//! Locks that fit, with everything that once was explained.

use session::{SessionData, SessionValue};

/// A nested struct whose fields had other names and types.
#[derive(SessionValue, Clone, Default)]
pub struct Item {
    #[session(alias = "sku", max_len = MOST)]
    code: String,
    #[session(was = u32)]
    quantity: u64,
}

const MOST: usize = 20;

/// A struct whose fields had other names and types, and that was once larger.
#[derive(SessionData, Clone)]
#[session(
    fits_cookie,
    retired("gone", "home"),
    retired("views:a3f99d4b"),
    lock = "
        user_id:abf5f6b2
        username:0575540c
        cart:54d411d2
        cart.sku:9d0882d2
        cart.quantity:a3f99d4b
        gone:a3f99d4b
        home:4830f771
        home.street:9d0882d2
        views:a3f99d4b
        user_id:0575540c
        nick:0575540c
        cart.code:9d0882d2
        cart.quantity:a384fff0
        views:a384fff0
    "
)]
pub struct Evolved {
    #[session(was = Option<i64>, with = to_text, back = from_text, max_len = MOST)]
    user_id: Option<String>,
    #[session(alias = "username", max_len = 64)]
    nick: Option<String>,
    #[session(max_len = 5)]
    cart: Vec<Item>,
    views: u64,
}

fn to_text(id: Option<i64>) -> Option<Option<String>> {
    Some(id.map(|id| id.to_string()))
}

fn from_text(id: Option<String>) -> Option<Option<i64>> {
    id.map(|id| id.parse().ok())
}

fn main() {}
