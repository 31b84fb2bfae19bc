//! A name belongs to one field, and what is retired is gone.
use session::{SessionData, SessionValue, Unknown};

#[derive(SessionData, Clone)]
#[session(retired("name"))]
struct Data {
    #[session(alias = "title")]
    name: String,
    #[session(alias = "name")]
    title: String,
    #[session(flash, alias = "message")]
    notice: Option<String>,
    #[session(with = std::convert::From::from)]
    views: u32,
    rest: Unknown,
}

#[derive(SessionValue, Clone)]
enum Payment {
    Card(Unknown),
    #[session(other)]
    Other(u8),
}

fn main() {}
