//! Nothing at all is data, and may get fields later.

use session::{SessionData, SessionValue};

#[derive(SessionData, Clone)]
struct Data {}

#[derive(SessionValue, Clone)]
struct Value {}

#[derive(SessionValue, Clone)]
struct Unit;

fn main() {
    assert_eq!((Data::FIELDS.len(), Value::MAX, Unit::MAX), (0, Some(1), Some(0)));
}
