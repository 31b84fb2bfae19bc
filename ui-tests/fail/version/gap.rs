//! The struct of a version in between is missing.
use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 1)]
struct V1 {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 3, previous = V1, min_reader = 3)]
struct V3 {
    views: u32,
}

impl From<V1> for V3 {
    fn from(old: V1) -> Self {
        Self { views: old.views }
    }
}

fn main() {}
