//! A former type that was never stored.
use session::SessionData;

struct Foreign;

impl From<Foreign> for u32 {
    fn from(_: Foreign) -> Self {
        0
    }
}

#[derive(SessionData, Clone)]
struct Data {
    #[session(was = Foreign)]
    views: u32,
}

fn main() {}
