use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct UserId(u64);

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity)]
    user_id: UserId,
}

fn main() {}
