#![deny(deprecated)]

use session::{Session, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    #[deprecated = "use `theme`"]
    colour: String,
}

fn used(session: &Session<Data>) {
    session.set_colour(String::new());
}

fn main() {}
