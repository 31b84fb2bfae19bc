//! What the shop remembers of a visitor, all of it.

use std::time::SystemTime;

use session::{SessionData, SessionValue};

use crate::cart;

/// The session. It is the second version: `v1.rs` is the shop that wrote the first one, and carts filled there are still
/// full here. What has changed since is in [`cart::Line`].
#[derive(SessionData, Clone)]
#[session(version = 2)]
pub(crate) struct Visit {
    /// Whose session: signing in gives it a new id, and the cart comes along. Its index is the list of
    /// [`devices`](crate::devices).
    #[session(identity, index)]
    pub(crate) user_id: Option<i64>,
    pub(crate) name: Option<String>,
    /// What somebody may do. A change gives the session a new id, too, so that an id from before never has the new rights.
    #[session(privilege, copy)]
    pub(crate) role: Role,
    /// Until when a password that was typed again opens what is behind [`confirm`](crate::confirm).
    #[session(privilege, copy)]
    pub(crate) confirmed_until: Option<SystemTime>,
    /// The browser's own word for itself at the sign-in, for the list of devices.
    #[session(max_len = 200)]
    pub(crate) user_agent: String,
    /// Two tabs that put something into it at once: both count.
    #[session(merge = cart::merge, max_len = 20)]
    pub(crate) cart: Vec<cart::Line>,
    /// Shown once, on the next page.
    #[session(flash)]
    pub(crate) notice: Option<String>,
}

#[derive(SessionValue, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Role {
    #[default]
    Customer,
    /// Looks after the shop.
    Keeper,
}
