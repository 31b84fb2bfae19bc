use crate::data::MAX_FIELDS;

/// Which fields were reached mutably.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Bits([u64; MAX_FIELDS / 64]);

impl Bits {
    pub(crate) const ALL: Self = Self([u64::MAX; MAX_FIELDS / 64]);

    pub(crate) fn set(&mut self, index: usize) {
        self.0[index / 64] |= 1 << (index % 64);
    }

    pub(crate) fn unset(&mut self, index: usize) {
        self.0[index / 64] &= !(1 << (index % 64));
    }

    pub(crate) fn has(self, index: usize) -> bool {
        self.0[index / 64] & (1 << (index % 64)) != 0
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }

    pub(crate) fn any(self) -> bool {
        self.0.iter().any(|word| *word != 0)
    }
}
