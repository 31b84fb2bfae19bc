//! Writing as the old struct needs the conversion back.
use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct V1 {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = V1, write_as = 1)]
struct V2 {
    views: u64,
}

impl From<V1> for V2 {
    fn from(old: V1) -> Self {
        Self { views: old.views.into() }
    }
}

fn main() {}
