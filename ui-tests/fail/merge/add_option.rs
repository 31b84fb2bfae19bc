use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = add)]
    field: Option<u32>,
}

fn main() {}
