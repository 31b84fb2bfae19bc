use session::{SessionData, SessionValue};

#[derive(SessionData)]
struct Data {
    name: String,
}

#[derive(SessionValue)]
struct Item {
    name: String,
}

fn main() {}
