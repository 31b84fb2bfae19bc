use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = self::newest)]
    field: u32,
}

fn newest(_base: &u64, mine: &u64, _theirs: &u64) -> u64 {
    *mine
}

fn main() {}
