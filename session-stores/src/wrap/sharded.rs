//! [`Sharded`]: which of several masters a call goes to, so that each is judged by itself.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use session::Handle;
use session::store::{Locator, Store};

/// A store whose records are in places that fail one by one: the masters of a cluster.
///
/// [`CircuitBreaker`](super::CircuitBreaker) and [`Bulkhead`](super::Bulkhead) keep one account for each of them, so that
/// a master which hangs closes the way to no other.
pub trait Sharded: Store {
    /// Where the record of that handle is, as a number from zero on. No store call, and cheap: it is asked for every
    /// operation.
    ///
    /// The answer may change with the topology. What is then known of the number is of the master before, and is
    /// corrected by the first calls to the new one.
    fn shard_of(&self, handle: &Handle) -> usize;
}

impl<S: Sharded> Sharded for Arc<S> {
    fn shard_of(&self, handle: &Handle) -> usize {
        (**self).shard_of(handle)
    }
}

/// How a wrapper asks its store: for any store there is one shard.
pub(super) type ShardOf<S> = fn(&S, &Handle) -> usize;

pub(super) fn one_shard<S>(_: &S, _: &Handle) -> usize {
    0
}

/// The shard of a record, wherever it is: one in the client's hands is on none, and counts as on the first.
pub(super) fn shard_at<S>(shard_of: ShardOf<S>, store: &S, at: &Locator) -> usize {
    match at {
        Locator::Handle(handle) => shard_of(store, handle),
        Locator::Sealed(_) => 0,
    }
}

/// No cluster has more masters than that; a store that counts higher makes shards share an account.
const MOST: usize = 1024;

/// One account per shard, each made when it is first asked for.
#[derive(Debug)]
pub(super) struct Shards<A>(RwLock<BTreeMap<usize, Arc<A>>>);

impl<A> Default for Shards<A> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<A> Shards<A> {
    pub(super) fn at(&self, shard: usize, make: impl FnOnce(usize) -> A) -> Arc<A> {
        let shard = shard % MOST;
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&shard) {
            return Arc::clone(known);
        }
        let mut accounts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(accounts.entry(shard).or_insert_with(|| Arc::new(make(shard))))
    }

    /// Those that exist, in the order of their shards.
    pub(super) fn all(&self) -> Vec<Arc<A>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accounts_of_shards_are_bounded_whatever_a_store_counts() {
        let shards = Shards::default();
        for shard in (0..10 * MOST).chain([usize::MAX]) {
            assert!(*shards.at(shard, |shard| shard) < MOST);
        }
        assert_eq!(shards.all().len(), MOST);
    }
}
