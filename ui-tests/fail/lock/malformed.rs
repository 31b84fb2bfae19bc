// A lock is a list of entries, none of them twice.

use session::SessionData;

#[derive(SessionData, Clone)]
#[session(lock = "name views:a3f99d4 :9d0882d2 theme:9D0882D2")]
struct NoEntries {
    name: String,
}

#[derive(SessionData, Clone)]
#[session(lock = "name:9d0882d2 views:a3f99d4b name:9d0882d2")]
struct Twice {
    name: String,
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(lock = 5)]
struct NoText {
    name: String,
}

#[derive(SessionData, Clone)]
#[session(lock = "")]
struct Unstorable {
    #[session(rename = "full name")]
    name: String,
    #[session(alias = "a:b")]
    views: u32,
}

fn main() {}
