use session::Session;

#[derive(Clone)]
struct Plain {
    name: String,
}

fn handler(session: Session<Plain>) {}

fn main() {}
