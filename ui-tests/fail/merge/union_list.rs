use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = union)]
    field: Vec<String>,
}

fn main() {}
