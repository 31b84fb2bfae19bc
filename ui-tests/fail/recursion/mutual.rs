use session::SessionValue;

#[derive(SessionValue, Clone, Default)]
struct Folder {
    files: Vec<File>,
}

#[derive(SessionValue, Clone, Default)]
struct File {
    inside: Option<Box<Folder>>,
}

fn main() {}
