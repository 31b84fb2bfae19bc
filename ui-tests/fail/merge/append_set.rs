use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = append)]
    field: std::collections::BTreeSet<u8>,
}

fn main() {}
