use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity)]
    user_id: i64,
}

fn main() {}
