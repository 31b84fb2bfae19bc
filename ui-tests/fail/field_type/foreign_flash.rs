use session::SessionData;

#[derive(Clone)]
struct Foreign;

#[derive(SessionData, Clone)]
struct Data {
    #[session(flash)]
    notice: Option<Foreign>,
}

fn main() {}
