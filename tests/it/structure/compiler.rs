//! The oldest compiler that is promised. No machine here has it; what can be checked without it is checked: that nothing
//! below asks for a newer one, and that it is the same wherever it is named. clippy's `incompatible_msrv`, which is on,
//! refuses what std got later.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId};

use super::root;

const LIBRARIES: [&str; 3] = ["session", "session-derive", "session-stores"];

/// With everything that the workspace stands on, as the lock file has it.
fn resolved() -> Metadata {
    MetadataCommand::new()
        .cargo_path(env!("CARGO"))
        .manifest_path(root().join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
        .expect("the dependencies are resolved")
}

/// The libraries and what is built for them, on any platform, without what their tests bring along.
fn below(metadata: &Metadata) -> Vec<&Package> {
    let resolve = metadata.resolve.as_ref().expect("a graph");
    let nodes: BTreeMap<&PackageId, _> = resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let is_library = |package: &&Package| LIBRARIES.iter().any(|name| package.name == *name);
    let mut open: Vec<_> =
        metadata.workspace_packages().into_iter().filter(is_library).map(|p| &p.id).collect();
    let mut found = BTreeSet::new();
    while let Some(id) = open.pop() {
        if found.insert(id) {
            let is_built = |dependency: &&cargo_metadata::NodeDep| {
                dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
            };
            open.extend(nodes[id].deps.iter().filter(is_built).map(|dependency| &dependency.pkg));
        }
    }
    found.into_iter().map(|id| &metadata[id]).collect()
}

#[test]
fn nothing_below_the_libraries_asks_for_a_newer_compiler_than_they_do() {
    let metadata = resolved();
    let below = below(&metadata);
    assert!(below.len() > 100, "the graph is not the one that was asked for");
    let library = |name: &&str| below.iter().find(|package| package.name == *name).expect("a library");
    let promised: BTreeSet<_> = LIBRARIES.iter().map(|name| library(name).rust_version.clone()).collect();
    let [Some(promised)] = &promised.iter().collect::<Vec<_>>()[..] else {
        panic!("not one version: {promised:?}")
    };
    let newer: Vec<_> = below
        .iter()
        .filter(|package| package.rust_version.as_ref().is_some_and(|version| version > promised))
        .map(|package| format!("{} {}", package.name, package.version))
        .collect();
    assert!(newer.is_empty(), "these ask for a newer compiler than {promised}: {newer:?}");
    for place in ["README.md", "session-stores/src/guide/quickstart.md"] {
        let text = std::fs::read_to_string(root().join(place)).expect("a file of the repository");
        let said = format!("Rust {}.{} or later", promised.major, promised.minor);
        assert!(text.contains(&said), "{place} does not say `{said}`");
    }
}
