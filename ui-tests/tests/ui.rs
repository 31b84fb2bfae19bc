//! What compiles without a warning, and what the compiler says of the rest.
//!
//! The messages in the `.stderr` files are those of the toolchain named in `TOOLCHAIN`; another one may word its own
//! part differently, so on another one the cases that fail to compile are not run, and the test says so.

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
    let pass = cases("pass", 10);
    let fail = cases("fail", 30);
    let tests = trybuild::TestCases::new();
    tests.pass(format!("{pass}/**/*.rs"));
    tests.compile_fail(format!("{fail}/**/*.rs"));
}
