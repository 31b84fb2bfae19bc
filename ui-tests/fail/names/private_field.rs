use session::Session;

mod data {
    #[derive(session::SessionData, Clone)]
    pub struct Data {
        hidden: u8,
        pub shown: u8,
    }
}

fn used(session: &Session<data::Data>) -> u8 {
    session.shown() + session.hidden()
}

fn main() {}
