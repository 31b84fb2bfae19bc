use session::{Session, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    x: u8,
    set_x: u8,
    update_y: u8,
    y: u8,
    name: String,
    #[session(accessor = "name")]
    title: String,
}

fn used(session: &Session<Data>) {
    session.set_x(3);
    let _ = session.y();
}

fn main() {}
