//! The table of requirements in the guide on security: every row is there, and every test that it names.

use std::collections::{BTreeMap, BTreeSet};

use super::{files, root};

/// What the standards ask of sessions, by the letter of its chapter and how many rows that has.
const CHAPTERS: [(char, usize); 6] = [('T', 9), ('L', 15), ('C', 12), ('E', 8), ('H', 8), ('D', 5)];

struct Row {
    id: String,
    cells: [String; 3],
}

/// The rows of the chapter on evidence: `| id | source | requirement | evidence |`.
fn rows() -> Vec<Row> {
    let guide = std::fs::read_to_string(root().join("session/src/guide/security.md")).expect("the guide");
    let (_, evidence) = guide.split_once("\n## Evidence\n").expect("the chapter");
    evidence
        .lines()
        .filter(|line| line.starts_with('|') && !line.starts_with("| id |") && !line.starts_with("|---"))
        .map(|line| {
            let cells: Vec<_> =
                line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
            let [id, cells @ ..] = &cells[..] else { panic!("no row: {line}") };
            let cells = cells.to_vec().try_into().unwrap_or_else(|_| panic!("not four cells: {line}"));
            Row { id: id.clone(), cells }
        })
        .collect()
}

/// The tests of the workspace, with the files that they stand in: what has `test` among the attributes just before it,
/// and the laws of stores, which are tests of every store that is put to them.
pub(super) fn tests() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for file in files::all() {
        let source = std::fs::read_to_string(&file).expect("a source file");
        let path = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        let is_law = path.contains("testing/conformance/");
        let mut is_test = false;
        let mut is_list = false;
        for line in source.lines().map(str::trim) {
            // Behaviours that a macro makes tests of, one a line.
            is_list = line == "on_both! {" || (is_list && line != "}");
            if let (true, Some(name)) = (is_list, line.strip_suffix(',')) {
                _ = found.entry(name.to_owned()).or_default().insert(path.clone());
            }
            let declared = ["fn ", "async fn ", "pub fn "].iter().find_map(|start| line.strip_prefix(start));
            match declared.and_then(|rest| rest.split(['(', '<']).next()) {
                Some(name) if is_test || is_law => {
                    _ = found.entry(name.to_owned()).or_default().insert(path.clone());
                }
                _ if line.starts_with("#[") => is_test |= line.contains("test]") || line.contains("test("),
                _ => {}
            }
            is_test &= line.starts_with("#[") || line.is_empty() || line.starts_with("//");
        }
    }
    found
}

/// What stands in backquotes.
pub(super) fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Fields and settings have an underscore, too; a promise has more words.
pub(super) fn is_test_name(name: &str) -> bool {
    name.matches('_').count() > 1
}

#[test]
fn every_requirement_has_a_row_and_every_row_says_something() {
    let rows = rows();
    let expected: Vec<_> = CHAPTERS
        .iter()
        .flat_map(|(letter, count)| (1..=*count).map(move |at| format!("{letter}{at}")))
        .collect();
    assert_eq!(rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(), expected);
    for Row { id, cells: [source, requirement, evidence] } in rows {
        assert!(!source.is_empty() && requirement.len() > 20, "{id}");
        let is_shown = quoted(&evidence).any(is_test_name);
        let is_said = evidence.starts_with("Not applicable") && evidence.contains(": ");
        assert!(is_shown || is_said, "{id} has neither a test nor a reason: {evidence}");
        assert!(!evidence.contains("issue "), "{id} is left for later: {evidence}");
    }
}

#[test]
fn every_test_that_the_evidence_names_exists() {
    let tests = tests();
    assert!(tests.contains_key("every_test_that_the_evidence_names_exists"), "the tests were not found");
    assert!(tests.contains_key("a_stale_base_never_applies"), "the laws were not found");
    let missing: Vec<_> = rows()
        .iter()
        .flat_map(|row| quoted(&row.cells[2]).map(|name| (row.id.clone(), name.to_owned())))
        .filter(|(_, name)| match name {
            // Types, headers and settings are shown in backquotes, too.
            path if path.contains('/') => !root().join(path).exists(),
            name => is_test_name(name) && !tests.contains_key(name),
        })
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

/// Whoever compares secrets byte by byte and stops at the first difference tells how many were right.
#[test]
fn what_is_secret_is_compared_in_constant_time() {
    for (file, what) in [
        ("session/src/token.rs", "impl PartialEq for Proof"),
        ("session/src/crypto/key.rs", "impl PartialEq for Key"),
        ("session/src/crypto/mac.rs", "pub fn verify_mac"),
        ("session/src/secret.rs", "PartialEq for Secret"),
    ] {
        let source = std::fs::read_to_string(root().join(file)).expect("a source file");
        let (_, rest) = source.split_once(what).unwrap_or_else(|| panic!("{file} has no {what}"));
        let body = rest.split("\n}\n").next().expect("its end");
        assert!(body.contains("ct_eq"), "{what} in {file} must compare by `ct_eq`");
        let name = what.rsplit(' ').next().expect("a name");
        let derives = source.lines().zip(source.lines().skip(1)).any(|(attribute, item)| {
            attribute.contains("derive(")
                && attribute.contains("PartialEq")
                && item.contains(&format!("struct {name}"))
        });
        assert!(!derives, "{name} in {file} derives its equality");
    }
}
