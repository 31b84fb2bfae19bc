// A new field with the shape of one that is gone.

use session::SessionData;

#[derive(SessionData, Clone)]
#[session(lock = "user_id:abf5f6b2 username:0575540c")]
struct UserSession {
    user_id: Option<i64>,
    views: u32,
    nick: Option<String>,
}

fn main() {}
