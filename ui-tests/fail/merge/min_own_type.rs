use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Level(u8);

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = min)]
    level: Level,
}

fn main() {}
