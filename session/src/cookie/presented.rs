use std::borrow::Cow;

use super::chunks::{Further, Parts};
use super::read::Candidates;

/// What a request presents under our name.
pub(crate) enum Presented<'a> {
    /// Ids of records that a store keeps.
    Ids(Candidates<'a>),
    /// Sealed records, perhaps in parts.
    Parts(Parts<'a>),
}

impl<'a> Presented<'a> {
    /// Each of them, whole.
    pub(crate) fn values(&self) -> impl Iterator<Item = Cow<'a, [u8]>> {
        let (ids, parts) = match self {
            Self::Ids(ids) => (ids.values(), None),
            Self::Parts(parts) => (&[][..], Some(parts)),
        };
        let ids = ids.iter().map(|id| Cow::Borrowed(*id));
        ids.chain(parts.into_iter().flat_map(Parts::texts))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values().next().is_none()
    }

    /// More than anybody could have been given.
    pub(crate) fn overflow(&self) -> bool {
        match self {
            Self::Ids(ids) => ids.overflow(),
            Self::Parts(parts) => parts.overflow(),
        }
    }

    /// A part is missing.
    pub(crate) fn incomplete(&self) -> bool {
        matches!(self, Self::Parts(parts) if parts.incomplete())
    }

    /// The cookies that hold what did not fit into the first.
    pub(crate) fn further(&self) -> Further {
        match self {
            Self::Ids(_) => Further::default(),
            Self::Parts(parts) => parts.further(),
        }
    }
}
