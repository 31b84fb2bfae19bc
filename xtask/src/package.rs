//! `cargo xtask package`: whether what would be published is whole, and nothing else is in it.

use std::process::Command;

use super::{Stop, cargo, cargo_command, root, say};

/// What is published, each after what it depends on.
const PUBLISHED: [&str; 3] = ["session-derive", "session", "session-stores"];

/// What everybody who gets a package has to find in it.
const NEEDED: [&str; 4] = ["Cargo.toml", "LICENSE-APACHE", "LICENSE-MIT", "README.md"];

/// What cargo adds by itself.
const ADDED: [&str; 3] = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"];

/// Packs every crate without building it: that is what the tests do.
pub(crate) fn package() -> Result<(), Stop> {
    for name in PUBLISHED {
        let problems = problems(&list(name)?);
        if !problems.is_empty() {
            return Err(Stop::Failed(format!("the package {name}: {}", problems.join("; "))));
        }
        say(&format!("the package {name} is whole"));
    }
    let chosen = PUBLISHED.iter().flat_map(|name| ["--package", name]);
    // What is needed to resolve was fetched to build this command.
    let options = ["package", "--no-verify", "--allow-dirty", "--offline"];
    cargo(&options.into_iter().chain(chosen).collect::<Vec<_>>(), &[])
}

/// The files of a package.
fn list(name: &str) -> Result<Vec<String>, Stop> {
    let mut command: Command = cargo_command();
    command.current_dir(root()).args(["package", "--list", "--allow-dirty", "--package", name]);
    let failed = |why: &str| Stop::Failed(format!("cargo package --list --package {name}: {why}"));
    let output = command.output().map_err(|error| failed(&error.to_string()))?;
    if !output.status.success() {
        return Err(failed(&String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

/// What is wrong with a package of these files.
fn problems(files: &[String]) -> Vec<String> {
    let has = |name: &str| files.iter().any(|file| file == name);
    let missing = NEEDED.iter().filter(|name| !has(name)).map(|name| format!("{name} is missing"));
    let known = |file: &str| {
        NEEDED.contains(&file)
            || ADDED.contains(&file)
            || file.starts_with("src/")
            || file.starts_with("benches/")
    };
    let foreign =
        files.iter().filter(|file| !known(file)).map(|file| format!("{file} does not belong there"));
    missing.chain(foreign).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_without_its_licence_or_with_anything_else_is_refused() {
        let files = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let whole =
            ["Cargo.toml", "Cargo.toml.orig", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "src/lib.rs"];
        assert!(problems(&files(&whole)).is_empty());
        assert_eq!(problems(&files(&whole[..4])), ["README.md is missing"]);
        assert_eq!(
            problems(&[&files(&whole)[..], &files(&["dump.rdb"])].concat()),
            ["dump.rdb does not belong there"]
        );
    }
}
