use super::{EncodeError, Leaf, MAX_DEPTH, put_leaf};

/// Where a value writes its bytes.
///
/// Writing never fails on the spot: the first thing that cannot be stored is remembered and returned by
/// [`finish`](Self::finish), so that `encode` implementations stay straight lines.
#[derive(Debug, Default)]
pub struct Encoder {
    out: Vec<u8>,
    depth: u8,
    error: Option<EncodeError>,
    checks: Checks,
}

/// What becomes of the bytes, and so what they must be fit for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Checks {
    /// They are new.
    #[default]
    All,
    /// They are stored already, perhaps since a time when they could be longer.
    ButLengths,
    /// They are only compared.
    None,
}

/// In bytes. Without it a value of this length would be moved three times while it grows.
pub(crate) const ROOM: usize = 64;

/// The open length of an [`entry`](Encoder::open), to be given to [`Encoder::close`].
#[derive(Debug)]
#[must_use = "an opened entry must be closed"]
pub struct Mark(usize);

impl Encoder {
    /// An encoder with nothing in it, and room for what most fields take.
    pub fn new() -> Self {
        Self::onto(Vec::with_capacity(ROOM))
    }

    /// An encoder that goes on after `out`, reusing its room.
    pub(crate) fn onto(out: Vec<u8>) -> Self {
        Self { out, ..Self::default() }
    }

    /// An encoder to which lengths do not matter: for values that are stored already.
    pub(crate) fn lenient() -> Self {
        Self { checks: Checks::ButLengths, ..Self::new() }
    }

    /// As [`onto`](Self::onto), and it does not matter whether the value could be stored: for bytes that are only compared.
    pub(crate) fn comparing_onto(out: Vec<u8>) -> Self {
        Self { checks: Checks::None, ..Self::onto(out) }
    }

    /// Whether what is written is only compared.
    #[cfg(feature = "json")]
    pub(crate) fn only_compares(&self) -> bool {
        self.checks == Checks::None
    }

    /// The bytes, or the first reason why there are none.
    ///
    /// # Errors
    /// The first value that could not be stored.
    pub fn finish(self) -> Result<Vec<u8>, EncodeError> {
        match self.error {
            None => Ok(self.out),
            Some(error) => Err(error),
        }
    }

    /// The bytes, and the first reason why they are not to be taken.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Option<EncodeError>) {
        (self.out, self.error)
    }

    /// Says that a value cannot be stored.
    pub fn fail(&mut self, error: EncodeError) {
        self.error.get_or_insert(error);
    }

    /// Says how long the next value is and may be.
    #[inline]
    pub(crate) fn limit(&mut self, length: usize, limit: usize) {
        if length > limit && self.checks == Checks::All {
            self.fail(EncodeError::OverLimit { length, limit });
        }
    }

    #[inline]
    pub(crate) fn leaf<V: Leaf>(&mut self, value: V) {
        put_leaf(&mut self.out, value);
    }

    /// Raw bytes, with nothing before them.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    /// A little-endian `u32` of exactly four bytes.
    #[inline]
    pub fn fixed32(&mut self, value: u32) {
        self.raw(&value.to_le_bytes());
    }

    /// A count or length: seven bits a byte, lowest first.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "seven bits are left")]
    pub fn count(&mut self, count: usize) {
        match u32::try_from(count) {
            Ok(mut rest) => {
                while rest >= 0x80 {
                    self.out.push((rest & 0x7f) as u8 | 0x80);
                    rest >>= 7;
                }
                self.out.push(rest as u8);
            }
            Err(_) => self.fail(EncodeError::TooLong),
        }
    }

    /// Bytes with their length before them.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.raw(bytes);
    }

    /// One level deeper; beyond [`MAX_DEPTH`] nothing is written and the encoding fails.
    #[inline]
    pub fn nested(&mut self, write: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            return self.fail(EncodeError::TooDeep);
        }
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    /// Begins a run of bytes whose length is written before them once it is known.
    #[inline]
    pub fn open(&mut self) -> Mark {
        self.out.push(0);
        Mark(self.out.len())
    }

    /// Ends what [`open`](Self::open) began.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "seven bits are left")]
    #[expect(clippy::needless_pass_by_value, reason = "a run is closed once")]
    pub fn close(&mut self, mark: Mark) {
        let start = mark.0;
        let length = self.out.len() - start;
        if length < 0x80 {
            self.out[start - 1] = length as u8;
        } else {
            let mut prefix = Self::new();
            prefix.count(length);
            self.out.splice(start - 1..start, prefix.out);
            if let Some(error) = prefix.error {
                self.fail(error);
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.out.len()
    }

    /// Puts the runs that begin at `starts` in the order of their bytes: a map's entries by their keys.
    ///
    /// `starts` holds, for each entry, where it begins and where its key ends. Two keys of the same bytes make the encoding
    /// fail: a reader would refuse them, and a session that cannot be read is worse than one that is not written.
    pub(crate) fn sort_entries(&mut self, starts: &mut [(usize, usize)]) {
        let sorted =
            starts.windows(2).all(|pair| self.out[pair[0].0..pair[0].1] < self.out[pair[1].0..pair[1].1]);
        let Some(&(first, _)) = starts.first() else { return };
        if sorted {
            return;
        }
        let tail = self.out.split_off(first);
        let end_of = |index: usize| starts.get(index + 1).map_or(first + tail.len(), |next| next.0) - first;
        let mut order: Vec<(usize, usize, usize)> = starts
            .iter()
            .enumerate()
            .map(|(index, &(start, key_end))| (start - first, key_end - first, end_of(index)))
            .collect();
        order.sort_by(|a, b| tail[a.0..a.1].cmp(&tail[b.0..b.1]));
        if order.windows(2).any(|pair| tail[pair[0].0..pair[0].1] == tail[pair[1].0..pair[1].1]) {
            self.fail(EncodeError::Invalid("collection with two keys of the same bytes"));
        }
        for (start, _, end) in order {
            self.out.extend_from_slice(&tail[start..end]);
        }
    }
}
