use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = sum)]
    one: u32,
    #[session(merge = appendd)]
    two: u32,
    #[session(merge = newest)]
    three: u32,
    #[session(merge = |_base, mine, _theirs| *mine)]
    four: u32,
    #[session(merge = self::newest::<u32>)]
    five: u32,
    #[session(merge = 3)]
    six: u32,
}

fn newest(_base: &u32, mine: &u32, _theirs: &u32) -> u32 {
    *mine
}

fn main() {}
