//! The struct before has lost its derive.
use session::SessionData;

#[derive(Clone)]
struct V1 {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = V1, min_reader = 2)]
struct V2 {
    views: u32,
}

impl From<V1> for V2 {
    fn from(old: V1) -> Self {
        Self { views: old.views }
    }
}

fn main() {}
