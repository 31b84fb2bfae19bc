// What is retired must have been there, and be gone.

use session::SessionData;

#[derive(SessionData, Clone)]
#[session(lock = "name:9d0882d2 views:a3f99d4b", retired("name", "gone"), retired("views:01234567"))]
struct UserSession {
    name: String,
    views: u32,
}

fn main() {}
