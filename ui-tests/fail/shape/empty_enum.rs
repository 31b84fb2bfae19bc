use session::SessionValue;

#[derive(SessionValue, Clone)]
enum Never {}

fn main() {}
