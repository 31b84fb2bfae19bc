use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(privilege, merge = add)]
    level: u32,
    #[session(privilege, keep)]
    roles: Vec<String>,
}

fn main() {}
