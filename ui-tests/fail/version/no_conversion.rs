//! Nobody said how the old struct becomes the new one.
use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct V1 {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = V1, min_reader = 2)]
struct V2 {
    views: u64,
}

fn main() {}
