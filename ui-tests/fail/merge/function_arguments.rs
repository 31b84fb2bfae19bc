use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = self::newest)]
    field: u32,
}

fn newest(mine: u32, theirs: u32) -> u32 {
    mine.max(theirs)
}

fn main() {}
