//! What the documentation of the store says, compared with what the tests run with.

use session_tests::servers::RULES;

const DOCUMENTATION: &str = include_str!("../../../session-stores/src/redis/mod.rs");

#[test]
fn the_user_of_the_tests_may_do_what_the_documentation_lists_and_nothing_else() {
    let listed = DOCUMENTATION.lines().find(|line| line.contains("~session:* +")).expect("the list");
    let mut listed: Vec<&str> = listed.trim_start_matches("//!").split_whitespace().collect();
    let mut rules: Vec<&str> = RULES.into_iter().filter(|rule| *rule != "on").collect();
    listed.sort_unstable();
    rules.sort_unstable();
    assert_eq!(listed, rules);
}
