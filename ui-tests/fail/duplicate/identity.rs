use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity)]
    user_id: Option<i64>,
    #[session(identity)]
    admin_id: Option<i64>,
}

fn main() {}
