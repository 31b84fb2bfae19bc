use std::cmp::Ordering;

use super::MergeError;
use crate::value::{SessionValue, from_bytes};

/// A type of which one value is the larger one.
///
/// Whatever is [`Ord`], and floats. `By` says which of the two and is always inferred: floats could become `Ord` one
/// day as far as the compiler knows, so they need an implementation of another trait.
#[diagnostic::on_unimplemented(
    message = "`merge = max` and `merge = min` need a type with an order, and `{Self}` has none",
    label = "not `Ord`",
    note = "for your own type, add `#[derive(PartialEq, Eq, PartialOrd, Ord)]` to it; a set or a map has `merge = union`"
)]
pub trait Ordered<By>: SessionValue {
    /// Which is the larger one.
    fn order(&self, other: &Self) -> Ordering;
}

/// [`Ordered`] by [`Ord`].
#[derive(Debug)]
pub enum ByOrd {}

/// [`Ordered`] by [`TotalOrder`].
#[derive(Debug)]
pub enum ByTotalOrder {}

/// A float, or an `Option` of one: `None` is the least.
pub trait TotalOrder {
    /// `total_cmp`: −0.0 is less than 0.0, and a NaN beyond infinity.
    fn total_order(&self, other: &Self) -> Ordering;
}

impl<V: SessionValue + Ord> Ordered<ByOrd> for V {
    fn order(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

impl<V: SessionValue + TotalOrder> Ordered<ByTotalOrder> for V {
    fn order(&self, other: &Self) -> Ordering {
        self.total_order(other)
    }
}

impl TotalOrder for f32 {
    fn total_order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl TotalOrder for f64 {
    fn total_order(&self, other: &Self) -> Ordering {
        self.total_cmp(other)
    }
}

impl<V: TotalOrder> TotalOrder for Option<V> {
    fn total_order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Some(left), Some(right)) => left.total_order(right),
            (left, right) => left.is_some().cmp(&right.is_some()),
        }
    }
}

/// `merge = max`: the larger one of mine and theirs.
///
/// # Errors
/// Bytes that are not this type.
pub fn max<V: Ordered<By>, By>(_base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let mine_is_it = order::<V, By>(mine, theirs)?.is_gt();
    Ok(if mine_is_it { mine } else { theirs }.to_vec())
}

/// `merge = min`: the smaller one of mine and theirs.
///
/// # Errors
/// Bytes that are not this type.
pub fn min<V: Ordered<By>, By>(_base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let mine_is_it = order::<V, By>(mine, theirs)?.is_lt();
    Ok(if mine_is_it { mine } else { theirs }.to_vec())
}

/// An `Ord` may call different values equal. Their bytes decide then, or the order of the commits would.
fn order<V: Ordered<By>, By>(mine: &[u8], theirs: &[u8]) -> Result<Ordering, MergeError> {
    let order = from_bytes::<V>(mine)?.order(&from_bytes(theirs)?);
    Ok(order.then_with(|| mine.cmp(theirs)))
}
