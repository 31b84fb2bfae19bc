use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(flash)]
    notice: String,
}

fn main() {}
