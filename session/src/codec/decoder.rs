use super::{DecodeError, Leaf, MAX_DEPTH, take_leaf};

/// Where a value reads its bytes.
///
/// A decoder is a bounded view: nothing that it gives out reaches past its end.
#[derive(Debug)]
pub struct Decoder<'a> {
    input: &'a [u8],
    depth: u8,
    mismatches: u32,
}

impl<'a> Decoder<'a> {
    /// Reads from `input`.
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, depth: 0, mismatches: 0 }
    }

    /// How many bytes are left.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.input.len()
    }

    /// Refuses bytes that nobody read.
    ///
    /// # Errors
    /// [`DecodeError::Trailing`].
    #[inline]
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.input.len() {
            0 => Ok(()),
            left => Err(DecodeError::Trailing(left)),
        }
    }

    /// How many entries of nested structs were known by name but written as a shape that is not known here, or could not
    /// be converted from a former one, and so were left at their defaults.
    pub fn mismatches(&self) -> u32 {
        self.mismatches
    }

    pub(crate) fn note_mismatch(&mut self) {
        self.mismatches = self.mismatches.saturating_add(1);
    }

    #[inline]
    pub(crate) fn leaf<V: Leaf>(&mut self) -> Result<V, DecodeError> {
        let (value, rest) = take_leaf(self.input)?;
        self.input = rest;
        Ok(value)
    }

    /// Exactly `length` bytes.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    #[inline]
    pub fn raw(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.input.split_at_checked(length).ok_or(DecodeError::UnexpectedEnd)?;
        self.input = rest;
        Ok(taken)
    }

    /// Exactly `N` bytes.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    #[inline]
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self.input.split_first_chunk().ok_or(DecodeError::UnexpectedEnd)?;
        self.input = rest;
        Ok(*taken)
    }

    /// A little-endian `u32` of exactly four bytes.
    ///
    /// # Errors
    /// [`DecodeError::UnexpectedEnd`].
    #[inline]
    pub fn fixed32(&mut self) -> Result<u32, DecodeError> {
        self.fixed().map(u32::from_le_bytes)
    }

    /// A count of things that take at least `min` bytes each.
    ///
    /// Things of no bytes count as one, so that a short input cannot ask for much work.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where the rest of the input could not hold so many; [`DecodeError::NotMinimal`];
    /// [`DecodeError::UnexpectedEnd`].
    #[inline]
    pub fn count(&mut self, min: usize) -> Result<usize, DecodeError> {
        let mut count = 0_u64;
        for shift in (0..35).step_by(7) {
            let [byte] = self.fixed()?;
            count |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte == 0 && shift > 0 {
                    return Err(DecodeError::NotMinimal);
                }
                let most = self.input.len() / min.max(1);
                return match usize::try_from(count) {
                    Ok(count) if count <= most => Ok(count),
                    _ => Err(DecodeError::TooLong(count)),
                };
            }
        }
        Err(DecodeError::TooLong(u64::MAX))
    }

    /// Bytes with their length before them.
    ///
    /// # Errors
    /// As [`count`](Self::count).
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.count(1)?;
        self.raw(length)
    }

    /// One level deeper.
    ///
    /// # Errors
    /// [`DecodeError::TooDeep`], and those of `read`.
    #[inline]
    pub fn nested<V>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<V, DecodeError>,
    ) -> Result<V, DecodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(DecodeError::TooDeep);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Reads a run of bytes with its length before it, and refuses what `read` leaves of it.
    ///
    /// # Errors
    /// [`DecodeError::Trailing`], those of [`count`](Self::count), and those of `read`.
    #[inline]
    pub fn within<V>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<V, DecodeError>,
    ) -> Result<V, DecodeError> {
        let inside = self.bytes()?;
        let outside = std::mem::replace(&mut self.input, inside);
        let value = read(self).and_then(|value| self.finish().map(|()| value));
        self.input = outside;
        value
    }

    /// The bytes from here to the end, without taking them; with [`consumed`](Self::consumed) this gives the raw bytes
    /// of what was read in between.
    #[inline]
    pub(crate) fn here(&self) -> &'a [u8] {
        self.input
    }

    /// The part of `before` (an earlier [`here`](Self::here)) that has been read since.
    #[inline]
    pub(crate) fn consumed(&self, before: &'a [u8]) -> &'a [u8] {
        &before[..before.len() - self.input.len()]
    }
}
