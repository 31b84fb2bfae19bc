//! What is known of the marks is bounded, in number and in time.

use session::store::Marks;

use super::super::cache::Cache;
use super::*;

const LAG: Duration = Duration::from_secs(5);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_000 * seconds)
}

fn lineage(number: u64) -> Handle {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_le_bytes());
    Handle::from_bytes(bytes)
}

fn fill(cache: &Cache, number: u64) {
    cache.fill(lineage(number), ALICE, Marks::none(at(100)), at(100), cache.epoch());
}

#[test]
fn an_answer_is_good_for_the_lag_and_not_a_moment_longer() {
    let cache = Cache::new(1_000);
    fill(&cache, 1);
    let known = |now| cache.get(&lineage(1), &ALICE, now, LAG).is_some();
    assert!(known(at(100)) && known(Timestamp::from_millis(104_999)));
    assert!(!known(at(105)));
    assert!(!known(at(99)), "the clock was set back, and nobody knows how long ago it was asked");
    assert!(cache.get(&lineage(1), &ALICE, at(100), Duration::ZERO).is_none());
    assert!(cache.get(&lineage(1), &Principal([2; 16]), at(100), LAG).is_none());
}

#[test]
fn no_more_answers_are_kept_than_allowed_and_the_used_ones_stay() {
    let cache = Cache::new(320);
    for number in 0..10_000 {
        fill(&cache, number);
        assert!(cache.get(&lineage(0), &ALICE, at(100), LAG).is_some(), "{number}");
        assert!(cache.len() <= 320);
    }
    assert!(cache.get(&lineage(1), &ALICE, at(100), LAG).is_none());
    let none = Cache::new(0);
    fill(&none, 1);
    assert_eq!(none.len(), 0);
}

#[test]
fn setting_a_mark_forgets_what_was_known_and_what_was_being_asked() {
    let cache = Cache::new(1_000);
    (0..10).for_each(|number| fill(&cache, number));
    let since = cache.epoch();
    drop(cache.forgets(lineage(1)));
    let known = |number| cache.get(&lineage(number), &ALICE, at(100), LAG).is_some();
    assert!(!known(1) && known(2));
    cache.fill(lineage(3), ALICE, Marks::none(at(100)), at(101), since);
    cache.fill(lineage(1), ALICE, Marks::none(at(100)), at(101), since);
    assert!(!known(1), "it was asked before the mark was set");
    cache.fill(lineage(20), Principal([2; 16]), Marks::none(at(100)), at(100), cache.epoch());
    drop(cache.forgets_all(ALICE));
    assert_eq!(cache.len(), 1);
}
