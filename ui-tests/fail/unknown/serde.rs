use session::SessionValue;

#[derive(SessionValue, Clone)]
#[session(rename_all = "camelCase")]
struct Item {
    #[session(with = "module")]
    sku: String,
    #[session(flatten)]
    more: String,
}

fn main() {}
