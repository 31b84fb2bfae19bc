use session::{Session, SessionData};

#[derive(SessionData, Clone)]
enum Data {
    Guest,
    User(i64),
}

fn used(session: &Session<Data>) {
    session.update(|data| *data = Data::Guest);
}

fn main() {}
