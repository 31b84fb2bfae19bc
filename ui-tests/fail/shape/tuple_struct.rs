use session::{Session, SessionData};

#[derive(SessionData, Clone)]
struct Data(Option<i64>, String);

#[derive(SessionData, Clone)]
struct Unit;

fn used(session: &Session<Data>) {
    session.update(|data| data.0 = None);
}

fn main() {}
