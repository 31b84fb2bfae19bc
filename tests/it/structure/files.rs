//! A file has one reason to exist, and a long one rarely has.

use std::path::{Path, PathBuf};

use super::root;

/// Tests included. 100 to 250 is usual.
const MOST_LINES: usize = 400;

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the workspace").flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        if path.is_dir() {
            // Build output and hidden folders are nobody's writing.
            if name != "target" && !name.starts_with('.') {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file of the workspace.
pub(super) fn all() -> Vec<PathBuf> {
    let mut files = Vec::new();
    sources(root(), &mut files);
    files
}

#[test]
fn no_source_file_is_longer_than_400_lines() {
    let files = all();
    assert!(files.iter().any(|file| file.ends_with("session/src/lib.rs")), "the sources were not found");
    let mut too_long: Vec<String> = files
        .iter()
        .filter_map(|file| {
            let lines = std::fs::read_to_string(file).expect("a source file").lines().count();
            let shown = file.strip_prefix(root()).unwrap_or(file).display();
            (lines > MOST_LINES).then(|| format!("{shown}: {lines} lines"))
        })
        .collect();
    too_long.sort();
    assert!(too_long.is_empty(), "split these by what they are for:\n{}", too_long.join("\n"));
}
