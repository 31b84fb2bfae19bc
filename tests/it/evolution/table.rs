//! What the derive says of former forms.

use std::collections::HashMap;

use session::{SessionData, SessionValue};

#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
struct Small(u8);

#[derive(SessionValue, Clone, Debug, Default, PartialEq)]
struct Large(u32);

impl From<Small> for Large {
    fn from(small: Small) -> Self {
        Self(small.0.into())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a conversion takes the value")]
fn parsed(text: String) -> Result<u64, std::num::ParseIntError> {
    text.parse()
}

fn shown(number: u64) -> String {
    number.to_string()
}

#[derive(SessionData, Clone)]
#[session(version = 3, min_reader = 2, retired("gone", "views:7b402292", since = 2))]
struct Data {
    #[session(alias = "newer", alias = "older")]
    name: String,
    #[session(was = u32)]
    count: u64,
    #[session(was = Vec<HashMap<u8, Option<Small>>>)]
    sizes: Vec<HashMap<u8, Option<Large>>>,
    #[session(alias = "number", was = String, with = parsed, back = shown, was = u8)]
    parsed: u64,
    views: u32,
}

#[test]
fn every_combination_of_former_names_and_types_is_in_the_table() {
    let formers = |name: &str| {
        let field = Data::FIELDS.iter().find(|field| field.name == name).unwrap();
        let forms = field.formers.iter();
        forms
            .map(|former| format!("{}: {}, {}", former.name, former.shape, former.has_back()))
            .collect::<Vec<_>>()
    };
    assert_eq!(formers("name"), ["newer: str, true", "older: str, true"]);
    assert_eq!(formers("count"), ["count: u32, true"], "`u32: TryFrom<u64>` leads back");
    assert_eq!(
        formers("sizes"),
        ["sizes: [{u8 => Option<u8>}], false"],
        "there is no way from `Large` to `Small`"
    );
    assert_eq!(
        formers("parsed"),
        [
            "parsed: str, true",
            "parsed: u8, true",
            "number: u64, true",
            "number: str, true",
            "number: u8, true"
        ]
    );
    assert!(formers("views").is_empty());
}

#[test]
fn what_a_struct_says_of_other_versions_is_in_its_constants() {
    assert_eq!((Data::VERSION, Data::MIN_READER), (3, 2));
    let retired: Vec<_> =
        Data::RETIRED.iter().map(|field| (field.name, field.shape32, field.since)).collect();
    assert_eq!(retired, [("gone", None, Some(2)), ("views", Some(0x7b40_2292), Some(2))]);
}
