use thiserror::Error;

/// Why bytes are not the value that they should be.
///
/// None of these panics and none costs more than the input is long. The bytes themselves are never in the message: they
/// may hold personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ended inside a value.
    #[error("the input ends inside a value")]
    UnexpectedEnd,
    /// A count or length is larger than the bytes that are left could hold.
    #[error("a length of {0} is more than the remaining input can hold")]
    TooLong(u64),
    /// Values are nested more than [`MAX_DEPTH`](super::MAX_DEPTH) deep.
    #[error("values are nested more than {max} deep", max = super::MAX_DEPTH)]
    TooDeep,
    /// A number or length is written in more bytes than it needs.
    #[error("a number is not in its shortest form")]
    NotMinimal,
    /// Bytes are left after the value.
    #[error("{0} bytes are left after the value")]
    Trailing(usize),
    /// The keys of a map or the members of a set are repeated or not in order.
    #[error("map keys or set members are repeated or out of order")]
    Unsorted,
    /// Text that is not UTF-8.
    #[error("text is not UTF-8")]
    NotUtf8,
    /// A value that its type does not have, such as a month of 13.
    #[error("not a valid {0}")]
    Invalid(&'static str),
    /// A variant that this enum does not know, or knows with another payload.
    #[error("an enum variant that this program does not know")]
    UnknownVariant,
    /// The bytes were written as another shape than the one asked for.
    #[error("the bytes were written as another shape")]
    ShapeMismatch,
}

/// Why a value has no encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// Values are nested more than [`MAX_DEPTH`](super::MAX_DEPTH) deep; what could not be read is not written.
    #[error("values are nested more than {max} deep", max = super::MAX_DEPTH)]
    TooDeep,
    /// A collection or text is longer than 2³² − 1.
    #[error("a collection is longer than 2^32 - 1")]
    TooLong,
    /// A text or collection is longer than its `max_len`.
    #[error("a length of {length}, where {limit} is the most")]
    OverLimit {
        /// How long it is: text in bytes, everything else in elements.
        length: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A value that cannot be stored.
    #[error("a {0} that cannot be stored")]
    Invalid(&'static str),
}
