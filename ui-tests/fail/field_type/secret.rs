use session::{Secret, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    #[session(secret)]
    token: String,
    #[session(secret)]
    second: Option<Secret<String>>,
    third: Secret<String>,
    fourth: Vec<Secret<String>>,
}

fn main() {}
