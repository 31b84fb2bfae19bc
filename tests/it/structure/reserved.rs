//! A field's accessor must never hide a method of the session, so the derive knows them all by name.

use std::collections::BTreeSet;

use super::root;

fn source(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("a source file")
}

#[test]
fn the_derive_reserves_exactly_the_methods_that_a_session_has() {
    let runtime = source("session/src/current/mod.rs");
    let methods: BTreeSet<&str> = runtime
        .lines()
        .filter_map(|line| {
            line.strip_prefix("    pub fn ").or_else(|| line.strip_prefix("    pub async fn "))
        })
        .map(|rest| rest.split(['(', '<']).next().expect("a name"))
        .collect();

    let derive = source("session-derive/src/model/method.rs");
    let (_, list) = derive.split_once("const SESSION: [").expect("the list");
    let (list, _) = list.split_once("];").expect("its end");
    let reserved: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();

    assert!(methods.contains("rotate_id"), "the methods were not found");
    assert_eq!(methods, reserved);
}
