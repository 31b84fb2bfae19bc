//! A chain that does not say how it is rolled out, and options that contradict each other.
use session::SessionData;

#[derive(SessionData, Clone)]
#[session(version = 2, previous = V1)]
struct Silent {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 3, previous = V1, write_as = 1)]
struct TooOld {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, previous = V1, write_as = 1, min_reader = 2)]
struct Both {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(previous = V1)]
struct First {
    views: u32,
}

#[derive(SessionData, Clone)]
#[session(version = 2, write_as = 1, on_failed_upgrade = reest)]
struct Nothing {
    views: u32,
}

fn main() {}
