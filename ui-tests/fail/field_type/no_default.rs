use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone)]
enum Theme {
    Dark,
    Light,
}

#[derive(SessionData, Clone)]
struct Data {
    theme: Theme,
    #[session(skip)]
    scratch: Theme,
}

fn main() {}
