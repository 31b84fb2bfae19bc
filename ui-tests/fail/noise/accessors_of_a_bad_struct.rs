use session::{Session, SessionData, SessionValue};

#[derive(SessionData, Clone)]
#[session(version = zero)]
struct Data {
    #[session(identiy)]
    user_id: Option<i64>,
    #[session(flash, merge = add)]
    notice: Option<String>,
    #[session(rename = 3)]
    cart: Vec<Item>,
    #[session(default = )]
    theme: Theme,
}

#[derive(SessionValue, Clone)]
struct Item {
    #[session(dfault = 3)]
    quantity: u32,
    theme: Theme,
}

#[derive(SessionValue, Clone)]
#[session(packed)]
enum Theme {
    Dark,
}

async fn used(session: &Session<Data>) {
    let _: Option<i64> = session.user_id();
    session.notice().set(String::new());
    let _ = session.cart().len();
    session.update_cart(|cart| cart.push(Item { quantity: 3, theme: Theme::Dark }));
    session.set_theme(Theme::Dark);
    session.update(|data| data.user_id = None);
    let _ = session.destroy().await;
}

fn main() {}
