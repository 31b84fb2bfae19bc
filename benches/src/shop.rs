//! What every peer keeps: a signed-in customer with a cart. 112 bytes in bincode, 300 in JSON.

use serde::{Deserialize, Serialize};
use session::{SessionData, SessionValue};

/// The session of a shop, with the attributes that a shop would give it. Peers see the serde side only.
#[derive(SessionData, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[session(version = 1)]
pub struct Shop {
    #[session(identity)]
    pub user_id: Option<i64>,
    pub username: String,
    pub roles: Vec<String>,
    pub csrf: [u8; 32],
    #[session(merge = add)]
    pub visits: u32,
    pub cart: Vec<Item>,
}

/// A line of the cart.
#[derive(SessionValue, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
pub struct Item {
    pub product: u32,
    pub quantity: u32,
    pub cents: u32,
}

impl Shop {
    /// What is in a session that has just been created.
    pub fn sample() -> Self {
        Self {
            user_id: Some(1_234_567),
            username: "marguerite.dupont".to_owned(),
            roles: ["customer", "newsletter", "reviewer"].map(str::to_owned).to_vec(),
            csrf: std::array::from_fn(|at| (at as u8).wrapping_mul(37)),
            visits: 17,
            cart: (1..=5).map(|at| Item { product: 1000 * at, quantity: at, cents: 1999 + at }).collect(),
        }
    }

    /// Something of every field, so that no peer gets away with not having read one.
    pub fn digest(&self) -> u64 {
        let cart: u64 = self.cart.iter().map(|item| u64::from(item.quantity * item.cents)).sum();
        let roles: usize = self.roles.iter().map(String::len).sum();
        self.user_id.unwrap_or(0).unsigned_abs()
            + self.username.len() as u64
            + roles as u64
            + u64::from(self.csrf[31])
            + u64::from(self.visits)
            + cart
    }
}
