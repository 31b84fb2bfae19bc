use session::SessionData;

#[derive(SessionData, Clone)]
#[session(crate = "session")]
struct Data {}

fn main() {}
