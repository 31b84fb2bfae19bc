use session::{Session, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    user_id: Option<i64>,
}

fn used(session: &Session<Data>) -> Option<i64> {
    session.usr_id()
}

fn main() {}
