//! A value that contains values of its own type, under any of its names.

use std::collections::BTreeMap;

use session::{SessionData, SessionValue};

mod other {
    #[derive(session::SessionValue, Clone, Default)]
    pub struct Comment(pub u8);
}

#[derive(SessionValue, Clone, Default)]
struct Comment {
    text: String,
    answers: Vec<Comment>,
    parent: Option<Box<Self>>,
    by_name: BTreeMap<String, (u8, Vec<Self>)>,
    other: other::Comment,
}

#[derive(SessionValue, Clone)]
enum Filter {
    All,
    Not(Box<Filter>),
    Both { left: Box<Self>, right: Box<Self> },
}

#[derive(SessionData, Clone)]
struct Data {
    comments: Vec<Comment>,
    #[session(default = Filter::All)]
    filter: Filter,
}

fn main() {
    let shape = "{text: str, answers: [Self], parent: Option<Self>, by_name: {str => (u8, [Self])}, other: u8}";
    assert_eq!(Comment::SHAPE.to_string(), shape);
    assert_eq!(Data::FIELDS.len(), 2);
    let _ = Filter::Not(Box::new(Filter::Both { left: Box::new(Filter::All), right: Box::new(Filter::All) }));
}
