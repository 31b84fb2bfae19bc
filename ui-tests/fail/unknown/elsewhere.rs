use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone)]
#[session(version = 2)]
struct Item {
    #[session(flash)]
    sku: String,
    #[session(skip_serializing)]
    cached: String,
}

#[derive(SessionData, Clone)]
#[session(identity, packed)]
struct Data {
    #[session(version = 2)]
    name: String,
}

fn main() {}
