//! Every option at once, every accessor used, and no warning.
#![deny(
    missing_docs,
    unused,
    unreachable_pub,
    unused_qualifications,
    missing_debug_implementations,
    private_interfaces,
    private_bounds,
    unnameable_types,
    deprecated,
    non_snake_case,
    rustdoc::all
)]

use std::collections::HashMap;

use session::{Error, Secret, Session, SessionData, SessionValue};

#[derive(SessionValue, Clone, Default, Debug)]
struct CartItem {
    sku: String,
    #[session(default = 1)]
    quantity: u32,
    #[session(rename = "n")]
    note: Option<String>,
}

/// The data of a session.
#[derive(SessionData, Clone, Debug)]
#[session(version = 2)]
pub struct UserSession {
    /// Whose session.
    #[session(identity)]
    pub user_id: Option<i64>,
    /// How many pages.
    #[session(merge = add)]
    pub page_views: u32,
    pub(crate) cart: Vec<CartItem>,
    /// A notice.
    #[session(flash)]
    pub notice: Option<String>,
    #[session(skip, default = 7)]
    scratch: u8,
    #[session(skip)]
    names: Vec<String>,
    /// What one may do.
    #[session(privilege, rename = "roles")]
    pub levels: Vec<u8>,
    /// Survives.
    #[session(keep, default = String::from("dark"), accessor = "look")]
    pub theme: String,
    /// A token.
    #[session(secret)]
    pub token: Secret<String>,
    /// By value.
    #[session(copy, merge = lww)]
    pub user: UserId,
    /// Unused from now on.
    #[deprecated]
    pub old: HashMap<String, (u8, bool)>,
    /// A keyword.
    pub r#type: String,
}

/// An alias.
pub type UserId = Option<u64>;

/// Uses it all.
pub async fn page(session: &Session<UserSession>) -> Result<(), Error> {
    let _: Option<i64> = session.user_id();
    session.set_user_id(Some(4));
    session.update_user_id(|id| *id = None);
    session.sign_in(5);
    let _: bool = session.is_authenticated();
    session.set_page_views(session.page_views() + 1);
    let first: u32 = session.update_cart(|cart| {
        cart.push(CartItem::default());
        cart[0].quantity
    });
    let _ = (first, session.cart().len());
    session.set_cart(Vec::new());
    session.notice().set(String::from("hello"));
    let _: Option<String> = session.notice().take();
    let _: u8 = session.scratch();
    session.set_scratch(4);
    session.update_scratch(|scratch| *scratch += 1);
    let _ = session.names().len();
    let _ = session.levels().first().copied();
    let _ = session.look().len();
    session.set_look(String::new());
    session.update_look(|look| look.push('x'));
    session.set_token(Secret::from(String::new()));
    let _: Option<u64> = session.user();
    let _ = (session.r#type().len(), session.update_type(String::pop));
    session.set_type(String::new());
    session.update(|data| data.page_views = 3);
    session.sign_out().await
}

fn main() {
    assert_eq!(UserSession::VERSION, 2);
    let names: Vec<_> = UserSession::FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(names, ["user_id", "page_views", "cart", "notice", "roles", "theme", "token", "user", "old", "type"]);
    let empty = UserSession::empty();
    assert_eq!((empty.theme.as_str(), empty.scratch), ("dark", 7));
}
