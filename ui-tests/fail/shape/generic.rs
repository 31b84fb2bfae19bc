use session::{Session, SessionData};

#[derive(SessionData, Clone)]
struct Data<T> {
    value: T,
    name: String,
}

#[derive(SessionData, Clone)]
struct Borrowed<'a> {
    name: &'a str,
}

#[derive(SessionData, Clone)]
struct Sized<const N: usize> {
    bytes: [u8; N],
}

fn used(session: &Session<Data<u8>>) {
    session.set_name(String::new());
    session.update(|data| data.value = 3);
}

fn main() {}
