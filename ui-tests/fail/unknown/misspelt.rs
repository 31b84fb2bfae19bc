use session::SessionData;

#[derive(SessionData, Clone)]
#[session(verison = 2)]
struct Data {
    #[session(identiy)]
    user_id: Option<i64>,
    #[session(privelege)]
    roles: Vec<String>,
    #[session(merg = add)]
    views: u32,
    #[session(merge = ad)]
    clicks: u32,
}

fn main() {}
