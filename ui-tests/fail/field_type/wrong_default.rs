use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(default = "ten")]
    count: u32,
}

fn main() {}
