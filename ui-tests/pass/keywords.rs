//! Raw identifiers, and accessors that are keywords.

use session::{Session, SessionData, SessionValue};

#[derive(SessionData, Clone)]
struct r#struct {
    r#type: String,
    #[session(accessor = "match")]
    result: u8,
    r#async: Choice,
}

#[derive(SessionValue, Clone, Default)]
#[allow(non_camel_case_types)]
enum Choice {
    #[default]
    r#if,
    r#else { r#loop: u8 },
}

fn used(session: &Session<r#struct>) -> usize {
    session.set_match(session.r#match() + 1);
    session.set_async(Choice::r#else { r#loop: 1 });
    session.update_type(|kind| kind.push('x'));
    session.r#type().len()
}

fn main() {
    let _ = used;
    let names: Vec<_> = r#struct::FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(names, ["type", "result", "async"]);
    assert_eq!(Choice::SHAPE.to_string(), "enum {if: (), else: packed {loop: u8}}");
}
