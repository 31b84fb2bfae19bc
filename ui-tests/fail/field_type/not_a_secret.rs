use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Default)]
struct Secret(String);

#[derive(SessionData, Clone)]
struct Data {
    #[session(secret)]
    token: Secret,
}

fn main() {}
