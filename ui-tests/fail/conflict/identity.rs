use session::SessionData;

#[derive(SessionData, Clone)]
struct Merge {
    #[session(identity, merge = lww)]
    user_id: Option<i64>,
}

#[derive(SessionData, Clone)]
struct Flash {
    #[session(identity, flash)]
    user_id: Option<i64>,
}

#[derive(SessionData, Clone)]
struct Sealed {
    #[session(identity, secret)]
    user_id: Option<i64>,
}

#[derive(SessionData, Clone)]
struct Keep {
    #[session(identity, keep, privilege)]
    user_id: Option<i64>,
}

#[derive(SessionData, Clone)]
struct Somebody {
    #[session(identity, default = Some(1))]
    user_id: Option<i64>,
}

fn main() {}
