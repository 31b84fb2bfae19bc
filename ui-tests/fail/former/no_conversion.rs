//! A former type that does not become the present one, alone and in a container.
use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Old(u8);

#[derive(SessionValue, Clone, Default)]
struct New(u32);

#[derive(SessionData, Clone)]
struct Data {
    #[session(was = Old)]
    one: New,
    #[session(was = Vec<Old>)]
    many: Vec<New>,
}

fn main() {}
