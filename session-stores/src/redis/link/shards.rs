//! Numbers for the masters of a cluster, by which wrappers keep an account of each.

use std::collections::{BTreeMap, BTreeSet};

/// The number of each master, by its address.
pub(super) type Shards = BTreeMap<String, usize>;

/// A master keeps its number as long as it is one, and a new one gets the least that is free: a topology that changes
/// mixes up nobody's account but that of the master that is gone.
pub(super) fn number<'m>(masters: impl Iterator<Item = &'m String> + Clone, before: &Shards) -> Shards {
    let mut numbers: Shards = masters
        .clone()
        .filter_map(|master| before.get(master).map(|number| (master.clone(), *number)))
        .collect();
    let taken: BTreeSet<usize> = numbers.values().copied().collect();
    let mut free = (0..).filter(|number| !taken.contains(number));
    for master in masters {
        numbers.entry(master.clone()).or_insert_with(|| free.next().unwrap_or_default());
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(masters: &[&str], before: &Shards) -> Shards {
        let masters: Vec<String> = masters.iter().map(|&master| master.to_owned()).collect();
        number(masters.iter(), before)
    }

    #[test]
    fn a_master_that_comes_takes_the_number_of_one_that_is_gone_and_nobody_elses() {
        let first = numbers(&["b:1", "c:1", "d:1"], &Shards::new());
        assert_eq!(first.values().copied().collect::<Vec<_>>(), [0, 1, 2]);
        let then = numbers(&["a:1", "b:1", "d:1"], &first);
        assert_eq!((then["a:1"], then["b:1"], then["d:1"]), (1, 0, 2));
        let more = numbers(&["a:1", "b:1", "d:1", "e:1"], &then);
        assert_eq!(more["e:1"], 3);
        assert_eq!(numbers(&["d:1"], &more), Shards::from([("d:1".to_owned(), 2)]));
    }
}
