//! The long runs of `cargo xtask` are tests that exist: a name that no test has would run nothing, and pass.

use super::{evidence, root};

#[test]
fn every_long_run_has_its_tests() {
    let source = std::fs::read_to_string(root().join("xtask/src/long.rs")).expect("a source file");
    let tests = evidence::tests();
    let lines: Vec<_> =
        source.lines().filter_map(|line| line.trim().strip_prefix("tests: &[")?.strip_suffix("],")).collect();
    assert_eq!(lines.len(), source.matches("command: \"").count(), "each run has a line for its tests");
    assert!(!lines.is_empty());
    for path in lines.iter().flat_map(|line| line.split(", ")) {
        let path = path.trim_matches('"');
        let (module, start) = path.rsplit_once("::").expect("a test in a module");
        let module = format!("tests/it/{}", module.replace("::", "/"));
        let places = [format!("{module}.rs"), format!("{module}/mod.rs")];
        let stands = tests
            .iter()
            .any(|(name, files)| name.starts_with(start) && places.iter().any(|place| files.contains(place)));
        assert!(stands, "no test is called {path}");
    }
}
