use session::{Secret, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    #[session(index)]
    plain: i64,
    #[session(index, secret)]
    secret: Secret<String>,
    #[session(index, flash)]
    notice: Option<String>,
    #[session(index, skip)]
    scratch: Option<i64>,
}

fn main() {}
