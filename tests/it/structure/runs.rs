//! The long runs of `cargo xtask` are tests that exist: a name that no test has would run nothing, and pass.

use super::{evidence, root};

#[test]
fn every_long_run_has_its_tests() {
    let source = std::fs::read_to_string(root().join("xtask/src/long.rs")).expect("a source file");
    let tests = evidence::tests();
    let named: Vec<_> =
        source.lines().filter_map(|line| line.trim().strip_prefix("test: \"")?.strip_suffix("\",")).collect();
    assert_eq!(named.len(), source.matches("command: \"").count(), "each run has a line for its test");
    assert!(!named.is_empty());
    for path in named {
        let (module, start) = path.rsplit_once("::").expect("a test in a module");
        let module = format!("tests/it/{}", module.replace("::", "/"));
        let places = [format!("{module}.rs"), format!("{module}/mod.rs")];
        let stands = tests
            .iter()
            .any(|(name, files)| name.starts_with(start) && places.iter().any(|place| files.contains(place)));
        assert!(stands, "no test is called {path}");
    }
}
