use session::SessionData;

#[derive(SessionData, Clone)]
#[session(colour = "red")]
struct Data {
    #[session(colour = "red")]
    name: String,
}

fn main() {}
