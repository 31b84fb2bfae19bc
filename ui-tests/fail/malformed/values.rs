use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(rename = theme)]
    theme: String,
    #[session(rename = "")]
    empty: String,
    #[session(accessor = "two words")]
    accessor: String,
    #[session(accessor = name)]
    bare: String,
    #[session(merge = "add")]
    views: u32,
    #[session(merge)]
    clicks: u32,
    #[session(default = )]
    missing: u32,
    #[session(default("x"))]
    called: String,
    #[session(flash = true)]
    notice: Option<String>,
    #[session(keep privilege)]
    roles: Vec<u8>,
}

fn main() {}
