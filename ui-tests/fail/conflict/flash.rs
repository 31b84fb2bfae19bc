use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(flash, merge = lww)]
    one: Option<String>,
    #[session(flash, privilege)]
    two: Option<String>,
    #[session(flash, copy)]
    three: Option<u8>,
    #[session(flash, secret)]
    four: Option<u8>,
    #[session(flash, default = Some(5))]
    five: Option<u8>,
}

fn main() {}
