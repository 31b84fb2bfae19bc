// A field that is gone, and a field of a nested struct; each is said once, however much was inside.

use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Item {
    sku: String,
}

#[derive(SessionData, Clone)]
#[session(lock = "
    username:0575540c
    cart:54d411d2
    cart.sku:9d0882d2
    cart.quantity:a3f99d4b
    home:4830f771
    home.street:9d0882d2
    home.city:9d0882d2
")]
struct UserSession {
    cart: Vec<Item>,
}

fn main() {}
