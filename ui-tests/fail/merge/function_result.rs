use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(merge = self::newest)]
    field: String,
}

fn newest<'a>(_base: &str, mine: &'a str, _theirs: &str) -> Result<&'a str, String> {
    Ok(mine)
}

fn main() {}
