use session::{Session, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    id: u64,
    destroy: bool,
    clone: bool,
    sign_in: u32,
    #[session(accessor = "update")]
    change: u32,
}

fn used(session: &Session<Data>) {
    let _ = session.destroy();
    session.update(|data| data.change = 3);
    session.set_id(4);
}

fn main() {}
