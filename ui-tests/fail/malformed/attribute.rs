use session::SessionData;

#[derive(SessionData, Clone)]
#[session]
struct Bare {}

#[derive(SessionData, Clone)]
#[session = "version 2"]
struct Assigned {}

#[derive(SessionData, Clone)]
struct Quoted {
    #[session("flash")]
    notice: Option<String>,
}

fn main() {}
