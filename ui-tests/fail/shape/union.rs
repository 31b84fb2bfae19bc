use session::{SessionData, SessionValue};

#[derive(SessionData, SessionValue, Clone, Copy)]
union Data {
    number: u32,
    bytes: [u8; 4],
}

fn main() {}
