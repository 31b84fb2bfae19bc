use session::SessionData;

#[derive(SessionData, Clone)]
#[session(ttl = "15m", cookie_name = "sid")]
struct Data {
    #[session(principal)]
    user_id: Option<i64>,
    #[session(once)]
    notice: Option<String>,
    #[session(max_age = 60)]
    step_up: bool,
    #[session(aliases = "colour")]
    theme: String,
    #[session(old_type = u32)]
    views: u64,
    #[session(index)]
    team: u64,
    #[session(skip_serializing)]
    scratch: u8,
    #[session(sensitive)]
    token: String,
}

fn main() {}
