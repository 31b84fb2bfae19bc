use session::SessionData;

#[derive(SessionData, Clone)]
#[session(verison = 2, crate = 3, colour)]
struct Data {
    #[session(identiy, ttl = "15m", rename = 3, keep)]
    user_id: Option<i64>,
    #[session(flash, mrge = add, flash)]
    notice: String,
}

fn main() {}
