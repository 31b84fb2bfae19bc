// A limit is for what has a length.

use session::{SessionData, SessionValue};

#[derive(SessionData, Clone)]
struct UserSession {
    #[session(max_len = 4)]
    views: u32,
    #[session(max_len = LIMIT)]
    item: Option<Item>,
}

const LIMIT: usize = 3;

#[derive(SessionValue, Clone, Default)]
struct Item(#[session(max_len = 4)] bool);

fn main() {}
