// A limit is a number.

use session::SessionData;

#[derive(SessionData, Clone)]
struct UserSession {
    #[session(max_len = "4")]
    name: String,
    #[session(max_len)]
    nick: String,
    #[session(max_length = 4)]
    cart: Vec<u32>,
    #[session(skip, max_len = 4)]
    scratch: String,
}

fn main() {}
