// The first lock: long enough to stand on lines of its own.

use session::SessionData;

#[derive(SessionData, Clone)]
#[session(lock = "")]
struct UserSession {
    user_id: Option<i64>,
    name: String,
    views: u32,
    theme: u8,
    notice: Option<String>,
}

#[derive(SessionData, Clone)]
#[session(lock = "")]
struct Small {
    name: String,
    views: u32,
}

fn main() {}
