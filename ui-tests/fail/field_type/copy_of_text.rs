use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(copy)]
    name: String,
}

fn main() {}
