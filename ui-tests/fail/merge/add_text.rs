use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = add)]
    views: String,
}

fn main() {}
