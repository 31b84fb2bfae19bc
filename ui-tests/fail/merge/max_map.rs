use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = max)]
    field: std::collections::HashMap<String, u8>,
}

fn main() {}
