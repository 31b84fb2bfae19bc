use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(privilege, merge = add)]
    level: u32,
}

fn main() {}
