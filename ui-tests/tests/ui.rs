//! What compiles without a warning, and what the compiler says of the rest.
//!
//! A case is a file in `pass/`, or in a folder of `fail/` with the expected messages beside it. Write them with
//! `TRYBUILD=overwrite`, and then read them: would somebody new to the library know what to do?

use std::path::Path;

/// The `.rs` files in `folder`, which must have some: a glob that matches nothing would pass.
fn cases(folder: &str, at_least: usize) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let found = count(&root);
    assert!(found >= at_least, "{found} cases in {folder}, where at least {at_least} are expected");
    folder.to_owned()
}

fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries
        .map(|entry| entry.expect("a directory entry").path())
        .map(|path| match path.extension() {
            _ if path.is_dir() => count(&path),
            Some(extension) if extension == "rs" => 1,
            _ => 0,
        })
        .sum()
}

#[test]
fn ui() {
    let pass = cases("pass", 12);
    let fail = cases("fail", 45);
    let tests = trybuild::TestCases::new();
    tests.pass(format!("{pass}/**/*.rs"));
    tests.compile_fail(format!("{fail}/**/*.rs"));
}
