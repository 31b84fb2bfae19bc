//! Two types that contain each other: one edge of the circle says so.

use session::{Session, SessionData, SessionValue};

#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
struct Folder {
    name: String,
    files: Vec<File>,
}

#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
struct File {
    #[session(recursive)]
    inside: Option<Box<Folder>>,
}

#[derive(SessionValue, Clone, Debug, PartialEq)]
enum Left {
    Stop,
    More(#[session(recursive)] Box<Right>),
}

#[derive(SessionValue, Clone, Debug, PartialEq)]
struct Right(Vec<Left>);

#[derive(SessionData, Clone)]
struct Data {
    root: Folder,
    sides: Vec<Left>,
}

fn main() {
    let inner = Folder { name: "inner".to_owned(), files: Vec::new() };
    let root = Folder { name: "root".to_owned(), files: vec![File { inside: Some(Box::new(inner)) }] };
    let bytes = session::value::to_bytes(&root).unwrap();
    assert_eq!(session::value::from_bytes::<Folder>(&bytes).unwrap(), root);

    let sides = Left::More(Box::new(Right(vec![Left::Stop, Left::Stop])));
    let bytes = session::value::to_bytes(&sides).unwrap();
    assert_eq!(session::value::from_bytes::<Left>(&bytes).unwrap(), sides);

    let _: Option<Session<Data>> = None;
}
