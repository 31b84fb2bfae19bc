use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 0)]
struct Zero {}

#[derive(SessionData, Clone)]
#[session(version = "2")]
struct Text {}

#[derive(SessionData, Clone)]
#[session(version)]
struct Bare {}

#[derive(SessionData, Clone)]
#[session(version(2))]
struct Called {}

#[derive(SessionData, Clone)]
#[session(version = )]
struct Missing {}

fn main() {}
