//! What guides say of tests and of measurements. The evidence of the guide on security has a file of its own.

use super::evidence::{is_test_name, quoted, tests};
use super::root;

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn tables(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| line.starts_with('|'))
}

#[test]
fn every_test_that_a_guide_names_exists() {
    let tests = tests();
    for guide in ["clustering", "comparison"] {
        let text = read(&format!("session-stores/src/guide/{guide}.md"));
        let named: Vec<_> =
            tables(&text).flat_map(quoted).filter(|name| is_test_name(name) && *name != "__Host-").collect();
        assert!(named.len() >= 9, "{guide} names tests no more");
        let missing: Vec<_> = named.iter().filter(|name| !tests.contains_key(**name)).collect();
        assert!(missing.is_empty(), "{guide}: no such tests: {missing:#?}");
    }
}

/// Numbers of thousands: nobody writes one by hand that is not a measurement.
fn figures(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_ascii_digit() && letter != ',')
        .map(|figure| figure.trim_matches(','))
        .filter(|figure| figure.contains(','))
}

#[test]
fn figures_in_prose_are_those_that_were_measured() {
    let measured = read("benches/README.md");
    let measured: std::collections::BTreeSet<_> = figures(&measured).collect();
    for place in ["README.md", "session-stores/src/guide/comparison.md"] {
        let text = read(place);
        let said: Vec<_> = tables(&text).flat_map(figures).collect();
        assert!(said.len() > 9, "{place} has no figures any more");
        let made_up: Vec<_> = said.iter().filter(|figure| !measured.contains(**figure)).collect();
        assert!(made_up.is_empty(), "{place} has figures that benches/README.md has not: {made_up:?}");
    }
}

#[test]
fn the_readme_leads_to_every_guide() {
    let readme = read("README.md");
    let mut found = 0;
    for folder in ["session/src/guide", "session-stores/src/guide"] {
        for entry in std::fs::read_dir(root().join(folder)).expect("the guides").flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let guide = entry.file_name().into_string().expect("a name in ASCII");
            assert!(readme.contains(&format!("]({folder}/{guide})")), "README.md has no link to {guide}");
            found += 1;
        }
    }
    assert!(found >= 14, "the guides were not found");
}
