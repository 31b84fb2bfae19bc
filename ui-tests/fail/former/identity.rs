//! Programs of the version before would find nobody signed in.
use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone)]
struct UserId(String);

impl From<i64> for UserId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity, was = Option<i64>)]
    user_id: Option<UserId>,
}

fn main() {}
