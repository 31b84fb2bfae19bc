//! Properties of the policies, on bytes: how they are asked for by a commit.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::data::SessionData;
use crate::merge::{self, Merged};
use crate::value::to_bytes;

type Set = BTreeSet<u8>;
type Map = BTreeMap<u8, u16>;

fn bytes<V: SessionValue>(value: &V) -> Vec<u8> {
    to_bytes(value).expect("a value that can be stored")
}

/// What a commit makes of the three.
fn merged<V: SessionValue>(policy: MergeFn, base: &V, mine: &V, theirs: &V) -> Result<V, MergeError> {
    let [base, mine, theirs] = [base, mine, theirs].map(bytes);
    let written = match merge::field(Some(policy), &base, &mine, &theirs)? {
        Merged::Mine => mine,
        Merged::Theirs => theirs,
        Merged::Both(bytes) => bytes,
    };
    Ok(from_bytes(&written).expect("what a policy wrote is readable"))
}

/// What is stored after all of `changes`, each made to `base`, were committed one after the other.
fn committed<V: SessionValue>(policy: MergeFn, base: &V, changes: &[V]) -> Result<V, MergeError> {
    changes
        .iter()
        .filter(|mine| bytes(*mine) != bytes(base))
        .try_fold(base.clone(), |theirs, mine| merged(policy, base, mine, &theirs))
}

/// Some values and the same ones in another order.
fn orders<V: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = V> + 'static,
) -> impl Strategy<Value = (Vec<V>, Vec<V>)> {
    let values = prop::collection::vec(value, 0..8);
    values.prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle()))
}

fn any_f64() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits)
}

fn sets() -> impl Strategy<Value = Set> {
    prop::collection::btree_set(0_u8..12, 0..8)
}

/// Every policy, for a type that it is for.
fn policies() -> Vec<MergeFn> {
    vec![
        first,
        conflict,
        add::<u32>,
        add::<i128>,
        max::<f64, _>,
        max::<Option<f32>, _>,
        min::<String, _>,
        max::<Duration, _>,
        union::<Set>,
        union::<HashSet<String>>,
        union::<Map>,
        union::<HashMap<u8, Vec<f32>>>,
        append::<Vec<u32>>,
        append::<VecDeque<Set>>,
        append::<String>,
    ]
}

proptest! {
    #[test]
    fn additions_converge(base in -1000_i64..1000, (one, other) in orders(-1000_i64..1000)) {
        let sum = base + one.iter().map(|mine| mine - base).sum::<i64>();
        prop_assert_eq!(committed(add::<i64>, &base, &one)?, sum);
        prop_assert_eq!(committed(add::<i64>, &base, &other)?, sum);
    }

    #[test]
    fn additions_are_exact_and_held_at_the_bounds(base: i8, mine: i8, theirs: i8) {
        let exact = i32::from(theirs) + i32::from(mine) - i32::from(base);
        let held = exact.clamp(i8::MIN.into(), i8::MAX.into());
        prop_assert_eq!(i32::from(merged(add::<i8>, &base, &mine, &theirs)?), held);
    }

    #[test]
    fn wide_additions_are_held_at_the_bounds_of_their_own_type(near in 0_u128..9, mine: u128, theirs: u128) {
        let base = u128::MAX - near;
        let expected = match mine.checked_sub(base) {
            Some(more) => theirs.saturating_add(more),
            None => theirs.saturating_sub(base - mine),
        };
        prop_assert_eq!(merged(add::<u128>, &base, &mine, &theirs)?, expected);
    }

    #[test]
    fn the_largest_and_the_smallest_converge(base: u16, (one, other) in orders(any::<u16>())) {
        let changes = || one.iter().copied().filter(|mine| *mine != base);
        let (most, least) = (changes().max().unwrap_or(base), changes().min().unwrap_or(base));
        for order in [&one, &other] {
            prop_assert_eq!(committed(max::<u16, _>, &base, order)?, most);
            prop_assert_eq!(committed(min::<u16, _>, &base, order)?, least);
        }
    }

    #[test]
    fn floats_converge_whatever_they_are(base in any_f64(), (one, other) in orders(any_f64())) {
        for policy in [max::<f64, _>, min::<f64, _>] {
            let [one, other] = [&one, &other].map(|order| committed(policy, &base, order).map(f64::to_bits));
            prop_assert_eq!(one, other);
        }
    }

    #[test]
    fn sets_converge_on_all_additions_and_removals(base in sets(), (one, other) in orders(sets())) {
        let toggled: Set = one.iter().flat_map(|mine| mine.symmetric_difference(&base)).copied().collect();
        let expected: Set = base.symmetric_difference(&toggled).copied().collect();
        prop_assert_eq!(&committed(union::<Set>, &base, &one)?, &expected);
        prop_assert_eq!(&committed(union::<Set>, &base, &other)?, &expected);
    }

    #[test]
    fn maps_merge_key_by_key(base: Map, mine: Map, theirs: Map) {
        let found = merged(union::<Map>, &base, &mine, &theirs)?;
        for key in 0..=u8::MAX {
            let expected = if mine.get(&key) == base.get(&key) { theirs.get(&key) } else { mine.get(&key) };
            prop_assert_eq!(found.get(&key), expected);
        }
    }

    #[test]
    fn maps_converge_where_each_key_is_changed_by_one(base: Map, change: Map, (one, other) in orders(0_u8..16)) {
        // Request n changes the keys that are n modulo 16.
        let mine = |request: u8| {
            let theirs = |key: &u8| key % 16 != request;
            let kept = base.iter().filter(|(key, _)| theirs(key));
            kept.chain(change.iter().filter(|(key, _)| !theirs(key))).map(|(key, value)| (*key, *value)).collect()
        };
        let [one, other] = [one, other].map(|order| {
            let order: Vec<Map> = order.into_iter().map(mine).collect();
            committed(union::<Map>, &base, &order)
        });
        prop_assert_eq!(one, other);
    }

    #[test]
    fn appending_keeps_every_suffix_in_the_order_of_the_commits(
        base: Vec<u8>,
        suffixes in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..4), 0..6),
    ) {
        let mine = |suffix: &Vec<u8>| [&base[..], suffix].concat();
        let all = [base.clone(), suffixes.concat()].concat();
        let lists: Vec<_> = suffixes.iter().map(mine).collect();
        prop_assert_eq!(&committed(append::<Vec<u8>>, &base, &lists)?, &all);
        let queues: Vec<_> = lists.into_iter().map(VecDeque::from).collect();
        prop_assert_eq!(committed(append::<VecDeque<u8>>, &base.into(), &queues)?, all);
    }

    #[test]
    fn texts_are_appended_to(base: String, one in ".+", other in ".+") {
        let changes = [&one, &other].map(|suffix| format!("{base}{suffix}"));
        prop_assert_eq!(committed(append::<String>, &base, &changes)?, format!("{base}{one}{other}"));
    }

    #[test]
    fn what_is_no_suffix_is_a_conflict(base in prop::collection::vec(any::<u8>(), 1..6), mine: Vec<u8>, theirs: Vec<u8>) {
        prop_assume!(!mine.starts_with(&base) && theirs != base && theirs != mine);
        prop_assert_eq!(merged(append::<Vec<u8>>, &base, &mine, &theirs), Err(MergeError::Refused));
        prop_assert_eq!(&merged(append::<Vec<u8>>, &base, &mine, &mine)?, &mine);
    }

    #[test]
    fn only_different_changes_conflict(base: u8, mine: u8, theirs: u8) {
        let found = merged(conflict, &base, &mine, &theirs);
        if mine == theirs || theirs == base {
            prop_assert_eq!(found, Ok(mine));
        } else if mine == base {
            prop_assert_eq!(found, Ok(theirs));
        } else {
            prop_assert_eq!(found, Err(MergeError::Refused));
        }
    }

    #[test]
    fn equal_changes_are_that_value_where_nothing_is_counted(base in sets(), both in sets()) {
        for policy in [first, conflict, max::<Set, _>, min::<Set, _>, union::<Set>] {
            prop_assert_eq!(&merged(policy, &base, &both, &both)?, &both);
        }
    }

    #[test]
    fn nothing_panics_on_bytes_and_merging_is_deterministic(
        base: Vec<u8>,
        mine: Vec<u8>,
        theirs: Vec<u8>,
    ) {
        for policy in policies() {
            let once = policy(&base, &mine, &theirs);
            prop_assert_eq!(&once, &policy(&base, &mine, &theirs));
        }
    }

    #[test]
    fn changes_of_one_side_stand_whatever_the_policy(base: Vec<u8>, change: Vec<u8>) {
        for policy in policies() {
            let [mine, theirs] = [[&change, &base], [&base, &change]]
                .map(|[mine, theirs]| merge::field(Some(policy), &base, mine, theirs));
            prop_assert!(matches!(mine, Ok(Merged::Mine | Merged::Theirs)));
            prop_assert!(matches!(theirs, Ok(Merged::Theirs)));
        }
    }
}

/// Ordered by one half: equal to `Ord`, different to everybody else.
#[derive(Debug, Clone, PartialEq)]
struct Half(u8, u8);

impl Eq for Half {}

impl PartialOrd for Half {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Half {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl SessionValue for Half {
    const SHAPE: &'static crate::value::Shape = <(u8, u8)>::SHAPE;
    const MIN: usize = 2;
    const MAX: Option<usize> = Some(2);

    fn encode(&self, encoder: &mut crate::codec::Encoder) {
        (self.0, self.1).encode(encoder);
    }

    fn decode(decoder: &mut crate::codec::Decoder<'_>) -> Result<Self, DecodeError> {
        let (left, right) = SessionValue::decode(decoder)?;
        Ok(Self(left, right))
    }
}

#[test]
fn an_order_that_ties_does_not_leave_it_to_the_order_of_commits() {
    let [base, one, other] = [Half(0, 0), Half(1, 1), Half(1, 2)];
    for policy in [max::<Half, _>, min::<Half, _>] {
        let there = committed(policy, &base, &[one.clone(), other.clone()]);
        assert_eq!(there, committed(policy, &base, &[other.clone(), one.clone()]));
    }
}

#[derive(session_derive::SessionData, Clone, Debug, Default, PartialEq)]
struct Data {
    #[session(merge = add)]
    sum: u32,
    #[session(merge = conflict)]
    plan: u32,
    #[session(merge = self::longest)]
    title: String,
    #[session(merge = append)]
    log: Vec<u8>,
    last: u8,
}

fn longest(base: &str, mine: &str, theirs: &str) -> String {
    [mine, theirs]
        .into_iter()
        .fold(base, |one, other| if other.len() > one.len() { other } else { one })
        .to_owned()
}

prop_compose! {
    fn any_data()(sum in 0_u32..5, plan in 0_u32..3, title in "[a-b]{0,2}", log in prop::collection::vec(0_u8..2, 0..3), last in 0_u8..3) -> Data {
        Data { sum, plan, title, log, last }
    }
}

proptest! {
    /// Two closures and two requests follow one rule.
    #[test]
    fn whole_data_and_single_values_merge_alike(base in any_data(), mine in any_data(), theirs in any_data()) {
        fn field<V: SessionValue + PartialEq>(index: usize, [base, mine, theirs]: [&V; 3]) -> Option<V> {
            let policy = Data::FIELDS[index].policy();
            let [before, ours, others] = [base, mine, theirs].map(bytes);
            let alone = merge::value(policy, base, mine, theirs);
            let committed = match merge::field(policy, &before, &ours, &others) {
                Ok(Merged::Mine) => Some(mine.clone()),
                Ok(Merged::Theirs) => Some(theirs.clone()),
                Ok(Merged::Both(bytes)) => Some(from_bytes(&bytes).expect("readable")),
                Err(_) => None,
            };
            assert!(alone == committed);
            alone
        }
        let (whole, refused) = merge::data(&base, mine.clone(), &theirs);
        let all = [&base, &mine, &theirs];
        prop_assert_eq!(field(0, all.map(|data| &data.sum)), Some(whole.sum));
        let plan = field(1, all.map(|data| &data.plan));
        prop_assert_eq!((plan.is_none(), plan.unwrap_or(mine.plan)), (refused.has(1), whole.plan));
        prop_assert_eq!(field(2, all.map(|data| &data.title)), Some(whole.title));
        let log = field(3, all.map(|data| &data.log));
        prop_assert_eq!((log.is_none(), log.unwrap_or(mine.log.clone())), (refused.has(3), whole.log));
        prop_assert_eq!(field(4, all.map(|data| &data.last)), Some(whole.last));
    }

    #[test]
    fn disjoint_changes_commute(base in any_data(), change in any_data(), mask in 0_u8..32) {
        let pick = |mask: u8| {
            let from = |bit: u8| if mask & (1 << bit) == 0 { &base } else { &change };
            let (title, log) = (from(2).title.clone(), from(3).log.clone());
            Data { sum: from(0).sum, plan: from(1).plan, title, log, last: from(4).last }
        };
        let (one, other) = (pick(mask), pick(!mask));
        for (mine, theirs) in [(&one, &other), (&other, &one)] {
            let (merged, refused) = merge::data(&base, mine.clone(), theirs);
            prop_assert!(!refused.any());
            prop_assert_eq!(merged, change.clone());
        }
    }
}
