use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(index)]
    weight: Option<f64>,
    #[session(index)]
    tags: Vec<String>,
}

fn main() {}
