//! The header as bytes. Every offset up to the credential is fixed, so that a store's script can patch the deadlines
//! and compare the stamp without parsing.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 1 | format, 1 |
//! | 1 | 1 | codec id |
//! | 2 | 2 | flags: persistent, remembered, credential, previous, next |
//! | 4 | 8 | idle deadline, ms |
//! | 12 | 8 | absolute deadline, ms |
//! | 20 | 8 | created, ms |
//! | 28 | 8 | authenticated at, ms; 0 = never |
//! | 36 | 8 | rotated at, ms |
//! | 44 | 4 | idle span, s |
//! | 48 | 4 | rotations |
//! | 52 | 8 | revision |
//! | 60 | 4 | schema version |
//! | 64 | 4 | min reader |
//! | 68 | 16 | lineage |
//! | 84 | 16 | principal |
//! | 100 | 32 | proof, if the credential flag is set, and from here on only then |
//! | 132 | 1 | nonces in the ring, 1 to 8 |
//! | 133 | 64 | the ring, newest first, unused places zero |
//! | 197 | 40 | previous proof and until when, if that flag is set |
//! | 237 | 16 | next, if that flag is set |

use std::time::Duration;

use thiserror::Error;

use super::{Credential, Header, Nonce, Previous, Principal, RING, Ring};
use crate::clock::Timestamp;
use crate::codec::{CODEC_ID, DecodeError, Decoder};
use crate::token::Proof;

const FORMAT: u8 = 1;
pub(super) const HEADER_MAX: usize = 253;
/// The header of a client-side record, which has no credential.
pub(crate) const HEADER_CLIENT: usize = 100;

const PERSISTENT: u16 = 1;
const REMEMBERED: u16 = 1 << 1;
const CREDENTIAL: u16 = 1 << 2;
const PREVIOUS: u16 = 1 << 3;
const NEXT: u16 = 1 << 4;
const KNOWN: u16 = PERSISTENT | REMEMBERED | CREDENTIAL | PREVIOUS | NEXT;

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
    out.extend(header.revision.to_le_bytes());
    out.extend(header.schema_version.to_le_bytes());
    out.extend(header.min_reader.to_le_bytes());
    out.extend(header.lineage);
    out.extend(header.principal.0);

    let Some(credential) = credential else { return };
    out.extend(credential.proof.as_bytes());
    out.push(header.ring.length);
    out.extend(header.ring.nonces.iter().flat_map(|nonce| nonce.0));
    let Some(previous) = previous else { return };
    out.extend(previous.proof.as_bytes());
    out.extend(previous.until.as_millis().to_le_bytes());
    out.extend(next.into_iter().flatten());
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
        revision: u64::from_le_bytes(input.fixed()?),
        schema_version: input.fixed32()?,
        min_reader: input.fixed32()?,
        lineage: input.fixed()?,
        principal: Principal(input.fixed()?),
        ring: Ring::default(),
        credential: None,
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
    Ok((header, bytes.len() - input.remaining()))
}

fn time(input: &mut Decoder<'_>) -> Result<Timestamp, DecodeError> {
    input.fixed().map(|bytes| Timestamp::from_millis(u64::from_le_bytes(bytes)))
}
