//! How few and how many bytes a value can take, added up by the compiler.
//!
//! A bound that does not fit a `usize` is no bound: `None`, like that of a text.

/// Before a tagged entry's length stand the fingerprints of its name and its shape.
const FINGERPRINTS: usize = 8;

/// How many bytes the count or length `count` takes: seven bits a byte.
pub(crate) const fn prefix(count: usize) -> usize {
    match count {
        0..=0x7f => 1,
        0x80..=0x3fff => 2,
        0x4000..=0x1f_ffff => 3,
        0x20_0000..=0x0fff_ffff => 4,
        _ => 5,
    }
}

/// Both, one after the other.
pub(crate) const fn add(left: Option<usize>, right: Option<usize>) -> Option<usize> {
    match (left, right) {
        (Some(left), Some(right)) => left.checked_add(right),
        _ => None,
    }
}

/// `count` of them.
pub(crate) const fn times(each: Option<usize>, count: usize) -> Option<usize> {
    match each {
        Some(each) => each.checked_mul(count),
        None => None,
    }
}

/// The fewest bytes of values that stand one after the other: a tuple, a packed struct.
pub const fn sum_min(parts: &[usize]) -> usize {
    let mut sum = 0_usize;
    let mut index = 0;
    while index < parts.len() {
        sum = sum.saturating_add(parts[index]);
        index += 1;
    }
    sum
}

/// The most bytes of values that stand one after the other: a tuple, a packed struct.
pub const fn sum_max(parts: &[Option<usize>]) -> Option<usize> {
    let mut sum = Some(0);
    let mut index = 0;
    while index < parts.len() {
        sum = add(sum, parts[index]);
        index += 1;
    }
    sum
}

/// The most bytes of a tagged struct with these fields.
pub const fn tagged_max(fields: &[Option<usize>]) -> Option<usize> {
    let mut sum = Some(prefix(fields.len()));
    let mut index = 0;
    while index < fields.len() {
        sum = add(sum, entry(fields[index]));
        index += 1;
    }
    sum
}

/// The most bytes of an enum with these payloads; none at all where there is no variant.
pub const fn enum_max(payloads: &[Option<usize>]) -> Option<usize> {
    let mut most = 0;
    let mut index = 0;
    while index < payloads.len() {
        match entry(payloads[index]) {
            Some(bytes) if bytes > most => most = bytes,
            Some(_) => {}
            None => return None,
        }
        index += 1;
    }
    Some(most)
}

const fn entry(max: Option<usize>) -> Option<usize> {
    match max {
        Some(max) => add(Some(FINGERPRINTS + prefix(max)), Some(max)),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::Encoder;

    #[test]
    fn a_prefix_is_as_long_as_the_encoder_writes_it() {
        for bits in 0..32 {
            for count in [(1_usize << bits) - 1, 1 << bits] {
                let mut encoder = Encoder::new();
                encoder.count(count);
                assert_eq!(encoder.len(), prefix(count), "{count}");
            }
        }
    }

    #[test]
    fn what_has_no_bound_or_overflows_has_none_in_sum() {
        assert_eq!(sum_max(&[Some(1), None, Some(2)]), None);
        assert_eq!(sum_max(&[Some(usize::MAX), Some(1)]), None);
        assert_eq!(times(Some(2), usize::MAX), None);
        assert_eq!(tagged_max(&[Some(usize::MAX)]), None);
        assert_eq!(enum_max(&[Some(1), None]), None);
    }

    #[test]
    fn entries_are_counted_with_their_fingerprints_and_lengths() {
        assert_eq!(sum_min(&[1, 2, 3]), 6);
        assert_eq!(sum_max(&[Some(1), Some(2)]), Some(3));
        assert_eq!(tagged_max(&[]), Some(1));
        assert_eq!(tagged_max(&[Some(5), Some(200)]), Some(1 + (8 + 1 + 5) + (8 + 2 + 200)));
        assert_eq!(tagged_max(&[Some(0); 128]), Some(2 + 128 * 9));
        assert_eq!(enum_max(&[Some(0), Some(130)]), Some(8 + 2 + 130));
        assert_eq!(enum_max(&[]), Some(0));
    }
}
