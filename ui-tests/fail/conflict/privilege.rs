use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(privilege, merge = add)]
    level: u32,
    #[session(privilege, keep)]
    roles: Vec<String>,
    #[session(privilege, merge = self::either)]
    admin: bool,
}

fn either(_base: &bool, mine: &bool, theirs: &bool) -> bool {
    *mine || *theirs
}

fn main() {}
