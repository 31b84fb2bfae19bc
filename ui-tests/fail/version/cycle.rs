//! Two structs each say that the other one was before.
use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 2, previous = Right, min_reader = 2)]
struct Left {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = Left, min_reader = 2)]
struct Right {
    views: u32,
}

impl From<Left> for Right {
    fn from(old: Left) -> Self {
        Self { views: old.views }
    }
}

impl From<Right> for Left {
    fn from(old: Right) -> Self {
        Self { views: old.views }
    }
}

fn main() {}
