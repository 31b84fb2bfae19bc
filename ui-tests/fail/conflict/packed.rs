use session::SessionValue;

#[derive(SessionValue, Clone)]
#[session(packed)]
struct Point {
    #[session(default = 3)]
    x: i32,
    y: i32,
}

#[derive(SessionValue, Clone)]
#[session(packed)]
struct Id(u64);

#[derive(SessionValue, Clone)]
struct Pair(#[session(rename = "left")] u64, u64);

#[derive(SessionValue, Clone)]
enum Kind {
    #[session(default)]
    One,
    Two {
        #[session(default)]
        x: u8,
    },
}

fn main() {}
