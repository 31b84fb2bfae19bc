use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 1, version = 2)]
struct Data {
    #[session(keep, keep)]
    theme: String,
    #[session(rename = "a")]
    #[session(rename = "b")]
    language: String,
}

fn main() {}
