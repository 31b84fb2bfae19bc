use session::SessionData;

#[derive(Clone, Default)]
struct Foreign;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = conflict)]
    one: Foreign,
    #[session(merge = self::newest)]
    two: Foreign,
}

fn newest(_base: &Foreign, mine: &Foreign, _theirs: &Foreign) -> Foreign {
    mine.clone()
}

fn main() {}
