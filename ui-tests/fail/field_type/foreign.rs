use session::SessionData;

struct Foreign;

#[derive(SessionData, Clone)]
struct Data {
    address: Vec<std::process::ExitCode>,
    name: String,
}

fn main() {}
