//! Code over any session data reaches the session's own methods.

use session::{Session, SessionData};

fn touch<T: SessionData>(session: &Session<T>, change: fn(&mut T)) -> T {
    session.update(|data| {
        change(data);
        data.clone()
    })
}

#[derive(SessionData, Clone)]
struct Data {
    views: u32,
}

fn main() {
    let _ = touch::<Data>;
    assert_eq!(Data::empty().views, 0);
}
