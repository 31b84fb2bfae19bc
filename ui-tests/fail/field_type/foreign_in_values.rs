use session::SessionValue;

#[derive(Clone, Default)]
struct Foreign;

#[derive(SessionValue, Clone)]
struct Tagged {
    foreign: Foreign,
}

#[derive(SessionValue, Clone)]
#[session(packed)]
struct Packed {
    foreign: Foreign,
}

#[derive(SessionValue, Clone)]
struct Transparent(Foreign);

#[derive(SessionValue, Clone)]
enum Enum {
    Variant(u8, Foreign),
}

fn main() {}
