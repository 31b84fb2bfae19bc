//! Arrows between crates point one way, and the core stands on little.

use std::collections::BTreeSet;
use std::process::Command;

use super::{root, workspace};

/// The crates that are published, and which of the others each may depend on, for its tests too.
const LIBRARIES: &[(&str, &[&str])] =
    &[("session", &["session-derive"]), ("session-derive", &[]), ("session-stores", &["session"])];

/// The tests in a browser start the servers that the integration tests have.
const ABOVE: (&str, &str) = ("session-browser-tests", "session-tests");

/// Everything else may depend on every library, and nothing on it.
fn allowed(package: &str) -> Vec<&'static str> {
    if let Some((_, below)) = LIBRARIES.iter().find(|(name, _)| *name == package) {
        return below.to_vec();
    }
    let further = (package == ABOVE.0).then_some(ABOVE.1);
    LIBRARIES.iter().map(|(name, _)| *name).chain(further).collect()
}

/// The crates that `package` needs at run time, by name.
fn tree(package: &str, options: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .current_dir(root())
        .args([
            "tree",
            "--offline",
            "--locked",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--package",
            package,
        ])
        .args(options)
        .output()
        .expect("cargo runs");
    let text = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn crates_depend_only_on_what_is_below_them() {
    let workspace = workspace();
    let members: BTreeSet<_> = workspace.packages.iter().map(|package| package.name.to_string()).collect();
    assert!(LIBRARIES.iter().all(|(name, _)| members.contains(*name)), "{members:?}");
    let wrong: Vec<_> = workspace
        .packages
        .iter()
        .flat_map(|package| package.dependencies.iter().map(move |dependency| (&package.name, dependency)))
        .filter(|(_, dependency)| members.contains(&dependency.name))
        .filter(|(name, dependency)| !allowed(name).contains(&dependency.name.as_str()))
        .map(|(name, dependency)| format!("{name} → {} ({})", dependency.name, dependency.kind))
        .collect();
    assert!(wrong.is_empty(), "arrows that point the wrong way: {wrong:?}");
}

#[test]
fn the_core_needs_neither_a_runtime_nor_http() {
    const FOREIGN: [&str; 5] = ["tokio", "http", "hyper", "axum", "tower"];
    let crates = tree("session", &["--no-default-features"]);
    assert!(crates.contains("session"), "the tree is not the one that was asked for: {crates:?}");
    let wrong: Vec<_> =
        crates.iter().filter(|name| FOREIGN.iter().any(|foreign| name.starts_with(foreign))).collect();
    assert!(wrong.is_empty(), "below `session` without features stand {wrong:?}");
}

#[test]
fn the_derive_builds_one_syn_and_little_else() {
    let crates = tree("session-derive", &[]);
    let expected = ["proc-macro2", "quote", "session-derive", "syn", "unicode-ident"].map(str::to_owned);
    assert_eq!(crates, BTreeSet::from(expected));
}
