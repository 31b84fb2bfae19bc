//! The README's tables of features are those of the manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::{root, workspace};

/// Each feature of `package`, and whether it is on by default.
fn declared(package: &str) -> BTreeMap<String, bool> {
    let workspace = workspace();
    let package = workspace.packages.iter().find(|found| found.name == package).expect("a member");
    let mut on = BTreeSet::new();
    let mut open = vec!["default"];
    while let Some(feature) = open.pop() {
        if on.insert(feature) {
            open.extend(package.features.get(feature).into_iter().flatten().map(String::as_str));
        }
    }
    package
        .features
        .keys()
        .filter(|feature| *feature != "default")
        .map(|feature| (feature.clone(), on.contains(feature.as_str())))
        .collect()
}

/// The same from the table after `<!-- features:package -->`: `` | `name` | yes | … | ``.
fn documented(readme: &str, package: &str) -> BTreeMap<String, bool> {
    let (_, rest) = readme.split_once(&format!("<!-- features:{package} -->")).expect("the table's begin");
    let (table, _) = rest.split_once("<!-- /features -->").expect("the table's end");
    table
        .lines()
        .filter_map(|line| {
            let mut cells = line.trim().strip_prefix('|')?.split('|').map(str::trim);
            let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            Some((name.to_owned(), cells.next()? == "yes"))
        })
        .collect()
}

#[test]
fn the_readme_names_every_feature_and_no_other() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    for package in ["session", "session-stores"] {
        assert_eq!(
            documented(&readme, package),
            declared(package),
            "README.md (left) and {package}/Cargo.toml"
        );
    }
}
