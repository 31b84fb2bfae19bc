use session::{Secret, SessionData, SessionValue};

type Hidden = Secret<String>;

#[derive(SessionValue, Clone, Default)]
struct Account {
    name: String,
    token: Secret<String>,
}

#[derive(SessionValue, Clone)]
enum Factor {
    Code(Secret<String>),
}

#[derive(SessionValue, Clone, Default)]
struct Labelled<V> {
    value: V,
}

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity)]
    user_id: Option<i64>,
    labelled: Labelled<Hidden>,
    listed: Vec<Hidden>,
    #[session(flash)]
    shown_once: Option<Secret<String>>,
}

#[derive(SessionData, Clone)]
struct Sealed {
    #[session(secret)]
    token: Secret<Option<String>>,
}

fn main() {}
