use super::{MergeError, decoded};
use crate::value::{SessionValue, to_bytes};

/// An integer to which concurrent changes add up.
#[diagnostic::on_unimplemented(
    message = "`merge = add` needs an integer, and `{Self}` is not one",
    label = "does not add up",
    note = "choose an integer type, without an `Option` around it (nothing and 1 have no sum), or leave `merge` out: the later write wins"
)]
pub trait Additive: SessionValue + Copy {
    /// This and the way from `base` to `mine`, held at the type's bounds.
    #[must_use]
    fn plus_change(self, base: Self, mine: Self) -> Self;
}

macro_rules! additive {
    ($($integer:ty: $add:ident $subtract:ident;)*) => {$(
        impl Additive for $integer {
            // The way may be longer than the type is wide (from i8::MIN to i8::MAX), its length never is.
            fn plus_change(self, base: Self, mine: Self) -> Self {
                let length = mine.abs_diff(base);
                if mine < base { self.$subtract(length) } else { self.$add(length) }
            }
        }
    )*};
}

additive! {
    u8: saturating_add saturating_sub;
    u16: saturating_add saturating_sub;
    u32: saturating_add saturating_sub;
    u64: saturating_add saturating_sub;
    u128: saturating_add saturating_sub;
    usize: saturating_add saturating_sub;
    i8: saturating_add_unsigned saturating_sub_unsigned;
    i16: saturating_add_unsigned saturating_sub_unsigned;
    i32: saturating_add_unsigned saturating_sub_unsigned;
    i64: saturating_add_unsigned saturating_sub_unsigned;
    i128: saturating_add_unsigned saturating_sub_unsigned;
    isize: saturating_add_unsigned saturating_sub_unsigned;
}

/// `merge = add`: theirs + (mine − base), exact, then held at the bounds of the type.
///
/// # Errors
/// Bytes that are not this integer.
pub fn add<V: Additive>(base: &[u8], mine: &[u8], theirs: &[u8]) -> Result<Vec<u8>, MergeError> {
    let [base, mine, theirs] = decoded::<V>(base, mine, theirs)?;
    Ok(to_bytes(&theirs.plus_change(base, mine))?)
}
