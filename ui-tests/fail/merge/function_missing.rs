use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = self::newest)]
    field: u32,
}

fn main() {}
