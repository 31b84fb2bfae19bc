// More than a cookie takes, or nobody knows how much.

use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Item {
    sku: String,
    quantity: u32,
}

#[derive(SessionData, Clone)]
#[session(fits_cookie)]
struct NoBound {
    flag: bool,
    name: String,
    #[session(max_len = 5)]
    cart: Vec<Item>,
    user_id: Option<i64>,
}

#[derive(SessionData, Clone)]
#[session(version = 2, fits_cookie)]
struct TooMuch {
    flag: bool,
    #[session(max_len = 500)]
    name: Option<String>,
    #[session(max_len = 300)]
    seen: Vec<i64>,
    #[session(flash, max_len = 100)]
    notice: Option<String>,
}

fn main() {}
