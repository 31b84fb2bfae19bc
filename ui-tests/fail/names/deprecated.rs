use session::{Session, SessionData};

#![deny(deprecated)]

#[derive(SessionData, Clone)]
struct Data {
    #[deprecated = "use `theme`"]
    colour: String,
}

fn used(session: &Session<Data>) {
    session.set_colour(String::new());
}

fn main() {}
