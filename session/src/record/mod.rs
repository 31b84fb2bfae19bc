//! What a store keeps of a session: a [`Header`], which stores understand, and the encoded fields, which they do not.
//!
//! `header · fields`, little-endian throughout. The layout is written down here alone; a store that keeps bytes keeps
//! these.

pub(crate) mod fields;
mod header;
pub mod layout;
mod wire;

use bytes::Bytes;

pub use fields::RawField;
pub use header::{Binding, Credential, Header, Packing, Previous, Ring};
pub(crate) use wire::HEADER_CLIENT;
pub use wire::RecordError;

use crate::data::Identity;
use crate::value::to_bytes;

/// How many of the last commits a record remembers by their nonces: how far others may get ahead of a retried commit
/// before it can no longer be known whether it applied.
pub const RING: usize = 8;

/// A random number that names one logical commit through all of its attempts, and in its last byte the attempt.
///
/// An attempt that was merged anew writes something else than the one before it. A ring asks which *commit* was made, so that
/// it is made once; a [`Stamp`] says which *attempt* was, so that equal stamps mean equal fields, also when a failover lost
/// one attempt and another of the same commit was made in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Nonce(pub [u8; 8]);

impl Nonce {
    /// The same commit's attempt of that number. After 256 of them numbers repeat.
    #[must_use]
    pub const fn attempt(mut self, number: u8) -> Self {
        self.0[7] = number;
        self
    }

    /// Whether both are attempts of one commit.
    pub fn is_same_commit(self, other: Self) -> bool {
        self.attempt(0) == other.attempt(0)
    }
}

/// The commit that made a record's present state. Compared for equality only: after a failover, revision numbers can
/// repeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// 1 for the commit that created the record, and one more for each after it.
    pub revision: u64,
    /// Which commit of that number.
    pub nonce: Nonce,
}

/// Whose record it is: 128 bits of a hash of the identity field's value, or zero for nobody.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Principal(pub [u8; 16]);

impl Principal {
    /// Nobody's.
    pub const NOBODY: Self = Self([0; 16]);

    /// The digest of an identity field's encoded value.
    pub fn of_bytes(identity: &[u8]) -> Self {
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        context.update(b"session/principal/1");
        context.update(identity);
        let mut principal = [0; 16];
        principal.copy_from_slice(&context.finish().as_ref()[..16]);
        Self(principal)
    }

    /// The digest of an identity.
    ///
    /// # Errors
    /// A value that cannot be stored.
    pub fn of<V: Identity>(identity: &V) -> Result<Self, crate::codec::EncodeError> {
        match identity.is_present() {
            true => Ok(Self::of_bytes(&to_bytes(identity)?)),
            false => Ok(Self::NOBODY),
        }
    }

    /// Whether it is nobody's.
    pub fn is_nobody(&self) -> bool {
        *self == Self::NOBODY
    }
}

/// Whether it is somebody's. The digest of a small number can be looked up in a table of all of them.
impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_nobody() { "Principal(nobody)" } else { "Principal(..)" })
    }
}

impl From<RecordError> for crate::Error {
    /// A format, codec or flag that is not known here is `TooNew`: nothing is damaged. Anything else is `Corrupt`.
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Format { .. } | RecordError::Flags(_) => {
                Self::new(crate::ErrorKind::TooNew { version: u32::MAX }).caused_by(error)
            }
            _ => Self::corrupt(error),
        }
    }
}

/// A session as a store keeps it.
#[derive(Clone)]
pub struct Record {
    /// What the store and the runtime need to know.
    pub header: Header,
    /// The encoded fields of the session data.
    pub fields: Bytes,
}

impl Record {
    /// The record as one run of bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(layout::HEADER_MAX + self.fields.len());
        wire::encode(&self.header, &mut out);
        out.extend_from_slice(&self.fields);
        out
    }

    /// Reads [`encode`](Self::encode)'s bytes, without copying the fields.
    ///
    /// # Errors
    /// Bytes that are not a record of a format that this program knows.
    pub fn decode(bytes: &Bytes) -> Result<Self, RecordError> {
        let (header, length) = wire::decode(bytes)?;
        let fields = bytes.slice(length..);
        if header.packing == Packing::NONE {
            fields::check(&fields)?;
        }
        Ok(Self { header, fields })
    }

    /// The record with these in place of its fields, as far as that wrapper has unpacked them.
    ///
    /// # Errors
    /// Nothing is packed any more, and these are not fields.
    pub fn unpacked(mut self, packing: Packing, fields: Bytes) -> Result<Self, RecordError> {
        if packing == Packing::NONE {
            fields::check(&fields)?;
        }
        (self.header.packing, self.fields) = (packing, fields);
        Ok(self)
    }

    /// How much memory it takes, about.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + self.fields.len()
    }
}

/// Shows the header and how long the fields are; their content may be personal.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("header", &self.header)
            .field("fields", &format_args!("{} bytes", self.fields.len()))
            .finish()
    }
}

#[cfg(test)]
mod tests;
