//! The header as bytes; where they stand says [`layout`](super::layout). Every offset up to the credential is fixed, so
//! that a store's script can patch the deadlines and compare the stamp without parsing.

use std::time::Duration;

use thiserror::Error;

use super::layout::{
    self, BINDING, COMPRESSED, CREDENTIAL, FORMAT, KNOWN, NEXT, PERSISTENT, PREVIOUS, REMEMBERED, SEALED,
};
use super::{Binding, Credential, Header, Nonce, Packing, Previous, Principal, RING, Ring};
use crate::clock::Timestamp;
use crate::codec::{CODEC_ID, DecodeError, Decoder};
use crate::token::Proof;

/// The header of a client-side record, which has no credential, with a binding.
pub(crate) const HEADER_CLIENT: usize = layout::PROOF + layout::BINDING_SIZE;

/// Why bytes are not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// A format or codec that this program does not know.
    #[error("record format {format}, codec {codec} is not known here")]
    Format {
        /// The format.
        format: u8,
        /// The codec id.
        codec: u8,
    },
    /// Header flags that this program does not know: a newer one wrote the record.
    #[error("the record has header flags that are not known here: {0:#06x}")]
    Flags(u16),
    /// Header bits that no program of this format sets.
    #[error("the record's header is malformed")]
    Header,
    /// Bytes that do not decode.
    #[error("the record does not decode: {0}")]
    Decode(#[from] DecodeError),
}

pub(super) fn encode(header: &Header, out: &mut Vec<u8>) {
    let credential = header.credential.as_ref();
    let previous = credential.and_then(|credential| credential.previous.as_ref());
    let next = previous.and_then(|previous| previous.next.as_ref());
    let flags = [
        (header.persistent, PERSISTENT),
        (header.remembered, REMEMBERED),
        (credential.is_some(), CREDENTIAL),
        (previous.is_some(), PREVIOUS),
        (next.is_some(), NEXT),
        (header.binding.is_some(), BINDING),
        (header.packing.compressed, COMPRESSED),
        (header.packing.sealed, SEALED),
    ];
    let flags = flags.iter().filter(|(set, _)| *set).fold(0, |flags, (_, bit)| flags | bit);
    let idle_span = u32::try_from(header.idle_span.as_secs()).unwrap_or(u32::MAX);

    out.extend([FORMAT, CODEC_ID]);
    out.extend(flags.to_le_bytes());
    let authenticated_at = header.authenticated_at.unwrap_or_default();
    for time in
        [header.idle_deadline, header.absolute_deadline, header.created, authenticated_at, header.rotated_at]
    {
        out.extend(time.as_millis().to_le_bytes());
    }
    out.extend(idle_span.to_le_bytes());
    out.extend(header.rotations.to_le_bytes());
    out.extend(header.strict_rotations.to_le_bytes());
    out.extend(header.revision.to_le_bytes());
    out.extend(header.schema_version.to_le_bytes());
    out.extend(header.min_reader.to_le_bytes());
    out.extend(header.lineage);
    out.extend(header.principal.0);

    if let Some(credential) = credential {
        out.extend(credential.proof.as_bytes());
        out.push(header.ring.length);
        out.extend(header.ring.nonces.iter().flat_map(|nonce| nonce.0));
    }
    if let Some(previous) = previous {
        out.extend(previous.proof.as_bytes());
        out.extend(previous.until.as_millis().to_le_bytes());
        out.extend(next.into_iter().flatten());
    }
    if let Some(Binding { key, address, agent }) = &header.binding {
        out.extend(key.iter().chain(address).chain(agent));
    }
}

/// The header and how many bytes it took.
pub(super) fn decode(bytes: &[u8]) -> Result<(Header, usize), RecordError> {
    let mut input = Decoder::new(bytes);
    let [format, codec] = input.fixed()?;
    if (format, codec) != (FORMAT, CODEC_ID) {
        return Err(RecordError::Format { format, codec });
    }
    let flags = u16::from_le_bytes(input.fixed()?);
    let has = |bit| flags & bit != 0;
    // A bit that a later program gave a meaning is not damage: that program wrote the record.
    if flags & !KNOWN != 0 {
        return Err(RecordError::Flags(flags & !KNOWN));
    }
    if (has(PREVIOUS) && !has(CREDENTIAL)) || (has(NEXT) && !has(PREVIOUS)) {
        return Err(RecordError::Header);
    }
    let mut header = Header {
        persistent: has(PERSISTENT),
        remembered: has(REMEMBERED),
        idle_deadline: time(&mut input)?,
        absolute_deadline: time(&mut input)?,
        created: time(&mut input)?,
        authenticated_at: Some(time(&mut input)?).filter(|at| *at != Timestamp::default()),
        rotated_at: time(&mut input)?,
        idle_span: Duration::from_secs(input.fixed32()?.into()),
        rotations: input.fixed32()?,
        strict_rotations: input.fixed32()?,
        revision: u64::from_le_bytes(input.fixed()?),
        schema_version: input.fixed32()?,
        min_reader: input.fixed32()?,
        lineage: input.fixed()?,
        principal: Principal(input.fixed()?),
        packing: Packing { compressed: has(COMPRESSED), sealed: has(SEALED) },
        ring: Ring::default(),
        credential: None,
        binding: None,
    };
    if has(CREDENTIAL) {
        let proof = Proof::from_bytes(input.fixed()?);
        let [length] = input.fixed()?;
        if !(1..=RING).contains(&usize::from(length)) {
            return Err(RecordError::Header);
        }
        let mut nonces = [Nonce::default(); RING];
        for nonce in &mut nonces {
            *nonce = Nonce(input.fixed()?);
        }
        header.ring = Ring { nonces, length };
        let previous = match has(PREVIOUS) {
            true => Some(Previous {
                proof: Proof::from_bytes(input.fixed()?),
                until: time(&mut input)?,
                next: if has(NEXT) { Some(input.fixed()?) } else { None },
            }),
            false => None,
        };
        header.credential = Some(Credential { proof, previous });
    }
    if has(BINDING) {
        header.binding =
            Some(Binding { key: input.fixed()?, address: input.fixed()?, agent: input.fixed()? });
    }
    Ok((header, bytes.len() - input.remaining()))
}

fn time(input: &mut Decoder<'_>) -> Result<Timestamp, DecodeError> {
    input.fixed().map(|bytes| Timestamp::from_millis(u64::from_le_bytes(bytes)))
}
