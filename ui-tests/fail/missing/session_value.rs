use session::SessionData;

#[derive(Clone, Default)]
struct Item {
    name: String,
}

#[derive(SessionData, Clone)]
struct Data {
    item: Item,
}

fn main() {}
