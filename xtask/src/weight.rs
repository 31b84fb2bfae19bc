//! What an app pays for a session library when it is built: crates, and CPU time of a clean release build, beside the
//! peers. Each app is a manifest and an empty `main`, so what is counted is what the dependencies bring.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Stop, cargo_command, root, run, say};

/// What each app depends on besides axum.
const APPS: [(&str, &str); 8] = [
    ("axum alone", ""),
    (
        "session, memory",
        "session = { path = \"ROOT/session\" }\nsession-stores = { path = \"ROOT/session-stores\" }",
    ),
    (
        "session, Redis",
        "session = { path = \"ROOT/session\" }\nsession-stores = { path = \"ROOT/session-stores\", default-features = \
         false, features = [\"redis\"] }",
    ),
    ("tower-sessions 0.15, memory", "tower-sessions = \"=0.15.0\""),
    ("tower-sessions 0.14, Redis", "tower-sessions = \"=0.14.0\"\ntower-sessions-redis-store = \"=0.16.0\""),
    ("axum_session 0.22, memory", "axum_session = \"=0.22.1\""),
    ("axum_session 0.22, Redis", "axum_session = \"=0.22.1\"\naxum_session_redispool = \"=0.13.0\""),
    (
        "axum-extra, private cookies",
        "axum-extra = { version = \"=0.12.6\", features = [\"cookie-private\"] }",
    ),
];

/// Counts crates; with `--build` also measures clean builds, which takes some minutes.
pub(super) fn weight(arguments: &[&str]) -> Result<(), Stop> {
    let builds = match arguments {
        [] => false,
        ["--build"] => true,
        _ => return Err(Stop::Usage),
    };
    let mut rows =
        String::from("| app | crates | above axum | CPU s | above axum |\n|---|--:|--:|--:|--:|\n");
    let mut bare = None;
    for (at, (name, dependencies)) in APPS.iter().enumerate() {
        let folder = root().join("target").join("weight").join(at.to_string());
        lay(&folder, dependencies).map_err(|error| Stop::Failed(format!("{}: {error}", folder.display())))?;
        let crates = crates(&folder)?;
        let seconds = if builds { Some(build(&folder)?) } else { None };
        let (crates_of_axum, seconds_of_axum) = *bare.get_or_insert((crates, seconds));
        let above = seconds.zip(seconds_of_axum).map(|(own, axum)| format!("{:+.1}", own - axum));
        let cells = [
            (*name).to_owned(),
            crates.to_string(),
            format!("+{}", crates - crates_of_axum),
            seconds.map_or("–".to_owned(), |seconds| format!("{seconds:.1}")),
            above.unwrap_or("–".to_owned()),
        ];
        rows.push_str("| ");
        rows.push_str(&cells.join(" | "));
        rows.push_str(" |\n");
    }
    say(&rows);
    Ok(())
}

fn lay(folder: &Path, dependencies: &str) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("src"))?;
    let dependencies = dependencies.replace("ROOT", &root().display().to_string());
    let manifest = format!(
        "[package]\nname = \"app\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\naxum = \
         \"0.8\"\ntokio = {{ version = \"1\", features = [\"full\"] }}\n{dependencies}\n"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest)?;
    std::fs::write(folder.join("src").join("main.rs"), "fn main() {}\n")
}

/// How many crates are compiled for it, build scripts' own among them; not the app.
fn crates(folder: &Path) -> Result<usize, Stop> {
    let mut tree = cargo_command();
    tree.current_dir(folder).args(["tree", "--quiet", "--edges", "normal,build", "--prefix", "none"]);
    let output = tree.output().map_err(|error| Stop::Failed(format!("cargo tree: {error}")))?;
    if !output.status.success() {
        return Err(Stop::Failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let names: BTreeSet<_> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(names.len() - 1)
}

/// Seconds of CPU, user's and system's, of a clean release build.
fn build(folder: &Path) -> Result<f64, Stop> {
    let target = folder.join("target");
    if target.exists() {
        let removed = std::fs::remove_dir_all(&target);
        removed.map_err(|error| Stop::Failed(format!("{}: {error}", target.display())))?;
    }
    let mut fetch = cargo_command();
    run(
        {
            fetch.current_dir(folder).args(["fetch", "--quiet"]);
            fetch
        },
        "fetch",
    )?;
    let before = of_children()?;
    let mut command = cargo_command();
    command.current_dir(folder).env("CARGO_TARGET_DIR", &target).args(["build", "--release", "--quiet"]);
    run(command, "build")?;
    Ok(of_children()? - before)
}

/// Seconds of CPU of all processes that this one has waited for, and of theirs.
fn of_children() -> Result<f64, Stop> {
    /// The kernel's unit in `/proc`, on every architecture that Linux is common on.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat")
        .map_err(|error| Stop::Failed(format!("CPU time is read from /proc: {error}")))?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    // The fields 16 and 17 of proc(5): cutime and cstime.
    let ticks: Vec<f64> =
        after_name.split_whitespace().skip(13).take(2).filter_map(|field| field.parse().ok()).collect();
    Ok(ticks.iter().sum::<f64>() / TICKS)
}
