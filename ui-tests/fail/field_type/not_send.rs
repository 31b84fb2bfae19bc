use session::SessionData;

#[derive(SessionData, Clone)]
struct Data {
    #[session(skip)]
    shared: std::rc::Rc<u8>,
}

fn main() {}
