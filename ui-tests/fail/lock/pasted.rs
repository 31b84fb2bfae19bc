// What the compiler printed after `user_id` had become an `Option<u64>` was pasted, and nothing else was done: the old
// values are still unexplained.

use session::SessionData;

#[derive(SessionData, Clone)]
#[session(lock = "user_id:abf5f6b2 name:9d0882d2 user_id:3bc863ee")]
struct UserSession {
    user_id: Option<u64>,
    name: String,
}

fn main() {}
