//! Bytes compressed, and back: bounded on both ways.
//!
//! ```text
//! method = 1 (1) · length of the plain bytes (4, little-endian) · DEFLATE (RFC 1951)
//! ```
//!
//! Compressing before sealing tells something by the length: who can put text of their own beside a secret, and sees how
//! long the outcome is, can guess the secret piece by piece (CRIME, BREACH). Whoever calls this decides whether that can
//! happen.

use std::fmt;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

const DEFLATE: u8 = 1;
const HEAD: usize = 1 + 4;

/// The most plain bytes that one byte of DEFLATE can stand for: 258 by two bits.
const RATIO: usize = 1032;

/// Why bytes do not decompress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UnpackError {
    /// They would be longer than is allowed here. Nothing was decompressed.
    TooLong {
        length: usize,
        limit: usize,
    },
    Damaged,
}

impl fmt::Display for UnpackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { length, limit } => {
                write!(f, "decompressed it would have {length} bytes, where {limit} are the most")
            }
            Self::Damaged => f.write_str("the compressed bytes are damaged"),
        }
    }
}

impl std::error::Error for UnpackError {}

/// The bytes compressed; `None` if that would not be shorter.
pub(crate) fn compress(plain: &[u8]) -> Option<Vec<u8>> {
    let length = u32::try_from(plain.len()).ok()?;
    // Room for less than what there is: what does not fit is not worth it.
    let mut packed = Vec::with_capacity(plain.len().checked_sub(1)?.max(HEAD));
    packed.push(DEFLATE);
    packed.extend(length.to_le_bytes());
    let mut deflate = Compress::new(Compression::default(), false);
    let status = deflate.compress_vec(plain, &mut packed, FlushCompress::Finish);
    (matches!(status, Ok(Status::StreamEnd)) && packed.len() < plain.len()).then_some(packed)
}

/// What [`compress`] was given: at most `limit` bytes, in one allocation of exactly their length. Bytes that claim to be
/// longer, or longer than so few compressed bytes can be, are refused before anything is allocated.
pub(crate) fn decompress(packed: &[u8], limit: usize) -> Result<Vec<u8>, UnpackError> {
    let (&[method, a, b, c, d], body) = packed.split_first_chunk::<HEAD>().ok_or(UnpackError::Damaged)?;
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    if method != DEFLATE || length == 0 || length / RATIO > body.len() {
        return Err(UnpackError::Damaged);
    }
    if length > limit {
        return Err(UnpackError::TooLong { length, limit });
    }
    let mut plain = Vec::with_capacity(length);
    let mut inflate = Decompress::new(false);
    let status = inflate.decompress_vec(body, &mut plain, FlushDecompress::Finish);
    let whole = inflate.total_in() == body.len() as u64 && plain.len() == length;
    match status {
        Ok(Status::StreamEnd) if whole => Ok(plain),
        _ => Err(UnpackError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1 << 20;

    fn text(length: usize) -> Vec<u8> {
        b"three apples, ".iter().copied().cycle().take(length).collect()
    }

    proptest! {
        #[test]
        fn what_was_compressed_comes_back_and_was_shorter(
            word in vec(any::<u8>(), 1..40), noise in vec(any::<u8>(), 0..200), times in 0_usize..200,
        ) {
            let plain = [word.repeat(times), noise].concat();
            if let Some(packed) = compress(&plain) {
                prop_assert!(packed.len() < plain.len());
                prop_assert_eq!(decompress(&packed, plain.len()), Ok(plain));
            }
        }

        #[test]
        fn any_bytes_are_refused_or_give_what_they_claim(mut packed in vec(any::<u8>(), 0..200), length in 0..5000_u32) {
            if let Some(head) = packed.first_chunk_mut::<HEAD>() {
                head[0] = DEFLATE;
                head[1..].copy_from_slice(&length.to_le_bytes());
            }
            if let Ok(plain) = decompress(&packed, LIMIT) {
                prop_assert_eq!(plain.len(), length as usize);
            }
        }
    }

    #[test]
    fn what_does_not_get_shorter_stays_as_it_is() {
        assert_eq!(compress(b""), None);
        assert_eq!(compress(b"abc"), None);
        let noise: Vec<u8> =
            (0_u32..300).map(|n| (n.wrapping_mul(2_654_435_761).rotate_left(7) >> 24) as u8).collect();
        assert_eq!(compress(&noise), None);
        assert!(compress(&text(300)).is_some());
    }

    #[test]
    fn the_limit_is_inclusive_and_holds_before_anything_is_decompressed() {
        let packed = compress(&text(1000)).unwrap();
        assert_eq!(decompress(&packed, 1000), Ok(text(1000)));
        assert_eq!(decompress(&packed, 999), Err(UnpackError::TooLong { length: 1000, limit: 999 }));
    }

    #[test]
    fn a_bomb_is_refused_whatever_it_claims() {
        let packed = compress(&vec![0; 1 << 24]).unwrap();
        assert!(packed.len() < 20_000, "{}", packed.len());
        assert_eq!(decompress(&packed, LIMIT), Err(UnpackError::TooLong { length: 1 << 24, limit: LIMIT }));
        // Lengths that it does not have: none of them is more than is allowed, and no byte more is written.
        for claimed in [1, 1000, LIMIT, (1 << 24) - 1] {
            let mut packed = packed.clone();
            packed[1..HEAD].copy_from_slice(&u32::try_from(claimed).unwrap().to_le_bytes());
            assert_eq!(decompress(&packed, 1 << 24), Err(UnpackError::Damaged), "{claimed}");
        }
    }

    #[test]
    fn nothing_is_allocated_for_more_than_the_bytes_can_hold() {
        let mut packed = vec![DEFLATE];
        packed.extend(u32::MAX.to_le_bytes());
        packed.extend([0; 100]);
        assert_eq!(decompress(&packed, usize::MAX), Err(UnpackError::Damaged));
    }

    #[test]
    fn damage_is_refused() {
        let packed = compress(&text(500)).unwrap();
        for length in 0..packed.len() {
            assert!(decompress(&packed[..length], LIMIT).is_err(), "cut to {length}");
        }
        assert!(decompress(&[&packed[..], &[0]].concat(), LIMIT).is_err(), "a byte more");
        let other = [&[2], &packed[1..]].concat();
        assert_eq!(decompress(&other, LIMIT), Err(UnpackError::Damaged), "another method");
    }
}
