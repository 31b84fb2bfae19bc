use session::{Secret, SessionData};

#[derive(SessionData, Clone)]
struct Data {
    #[session(skip, identity)]
    user_id: Option<i64>,
    #[session(skip, flash)]
    notice: Option<String>,
    #[session(skip, merge = add)]
    views: u32,
    #[session(skip, rename = "s")]
    scratch: u32,
    #[session(skip, privilege, keep)]
    roles: Vec<u8>,
    #[session(skip, secret)]
    token: Secret<String>,
}

fn main() {}
