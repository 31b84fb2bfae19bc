use session::{Secret, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    #[session(secret, copy)]
    token: Secret<String>,
}

fn main() {}
