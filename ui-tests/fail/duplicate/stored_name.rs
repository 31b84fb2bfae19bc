use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone)]
enum Theme {
    Dark,
    #[session(rename = "Dark")]
    Light,
}

#[derive(SessionData, Clone)]
struct Data {
    theme: u8,
    #[session(rename = "theme")]
    colour: String,
    #[session(rename = "theme_kind")]
    kind: Theme,
    theme_kind: u8,
}

fn main() {}
