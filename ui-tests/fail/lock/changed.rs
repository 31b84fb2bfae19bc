// Other types: a scalar, one behind an alias of another module, one inside of a list of structs, and one that nothing is
// known of.

use session::{SessionData, SessionValue};

mod other_crate {
    pub type Amount = u64;
    pub type Basket = Vec<Item>;

    #[derive(session::SessionValue, Clone, Default)]
    pub struct Item {
        pub sku: String,
        pub quantity: u64,
    }
}

#[derive(SessionValue, Clone, Default)]
#[session(packed)]
struct Point {
    x: i32,
    y: i64,
}

#[derive(SessionData, Clone)]
#[session(lock = "user_id:abf5f6b2 total:a3f99d4b cart:54d411d2 cart.sku:9d0882d2 cart.quantity:a3f99d4b at:01234567")]
struct UserSession {
    user_id: Option<String>,
    total: other_crate::Amount,
    cart: other_crate::Basket,
    at: Point,
}

fn main() {}
