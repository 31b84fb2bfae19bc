//! The newer struct is named as the one before.
use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 3)]
struct Newer {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = Newer, write_as = 1)]
struct Older {
    views: u32,
}

impl From<Newer> for Older {
    fn from(old: Newer) -> Self {
        Self { views: old.views }
    }
}

impl From<Older> for Newer {
    fn from(old: Older) -> Self {
        Self { views: old.views }
    }
}

fn main() {}
