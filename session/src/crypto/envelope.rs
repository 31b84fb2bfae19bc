//! The layout of sealed bytes, and the only code that seals and opens. Why it is safe is in the folder's documentation.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::hkdf::Prk;
use zeroize::Zeroizing;

use super::purpose::{MESSAGE, expand};
use super::{Associated, KeyId, KeyRing};
use crate::error::{Error, ErrorKind};
use crate::random;

const VERSION: u8 = 1;
const ID: usize = 4;
const SALT: usize = 24;
const HEAD: usize = 1 + ID + SALT;
const TAG: usize = 16;

/// How many bytes longer the sealed bytes are: version, key id, salt and tag.
pub const SEAL_OVERHEAD: usize = HEAD + TAG;

/// The most bytes that are sealed or opened at once: 16 MiB. Far below the 2³⁶ − 32 that NIST SP 800-38D §5.2.1.1 allows
/// under one key and nonce; it bounds the memory that hostile input can claim, and is a term of the safety argument.
pub const SEAL_LIMIT: usize = 16 << 20;

/// Sealed bytes could not be opened. There is one such error and it says nothing more, on purpose: damaged, forged, sealed
/// for something else, under another key, too short, too long and of an unknown version all look like this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed bytes cannot be opened")]
#[non_exhaustive]
pub struct OpenError;

impl KeyRing {
    /// Seals bytes with the primary key: `version · key id · salt · ciphertext · tag`,
    /// [`SEAL_OVERHEAD`] bytes longer. Sealing the same bytes again gives others.
    ///
    /// # Errors
    /// - [`TooLarge`](ErrorKind::TooLarge): more than [`SEAL_LIMIT`] bytes.
    /// - [`NoRandomness`](ErrorKind::NoRandomness).
    /// - [`Seal`](ErrorKind::Seal): the cipher refused, which it has no reason to.
    pub fn seal(&self, associated: &Associated<'_>, plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        self.seal_with(associated, plaintext, &random::bytes()?)
    }

    /// With a salt that must be random and is never used again: chosen by tests only.
    pub(super) fn seal_with(
        &self,
        associated: &Associated<'_>,
        plaintext: &[u8],
        salt: &[u8; SALT],
    ) -> Result<Vec<u8>, Error> {
        if plaintext.len() > SEAL_LIMIT {
            return Err(Error::too_large(plaintext.len(), SEAL_LIMIT));
        }
        // Encrypted where it will stay, in room that is never moved: no other copy of the plaintext is made.
        let mut sealed = Vec::with_capacity(SEAL_OVERHEAD + plaintext.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.primary.id.0);
        sealed.extend_from_slice(salt);
        let associated_data = associated.encode_after(&sealed);
        sealed.extend_from_slice(plaintext);
        let (key, nonce) = message_key(self.primary.key_for(associated.purpose()), salt)
            .map_err(|_| Error::new(ErrorKind::Seal))?;
        let tag = key
            .seal_in_place_separate_tag(nonce, Aad::from(associated_data), &mut sealed[HEAD..])
            .map_err(|_| Error::new(ErrorKind::Seal))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// The bytes that [`seal`](Self::seal) was given, if a key of this ring sealed exactly these for exactly that.
    ///
    /// No key but the one that the bytes name is tried, and nothing is read that was not authenticated. What refuses
    /// before the cipher runs is what everybody can read in the bytes: length, version, key id.
    ///
    /// # Errors
    /// [`OpenError`], which does not say why.
    pub fn open(&self, associated: &Associated<'_>, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let (id, salt) = head(sealed).ok_or(OpenError)?;
        let key = self.find(id).ok_or(OpenError)?;
        let associated_data = associated.encode_after(&sealed[..HEAD]);
        let (key, nonce) = message_key(key.key_for(associated.purpose()), salt).map_err(|_| OpenError)?;
        let mut opened = sealed[HEAD..].to_vec();
        // On failure the cipher overwrites what it decrypted.
        let length =
            key.open_in_place(nonce, Aad::from(associated_data), &mut opened).map_err(|_| OpenError)?.len();
        opened.truncate(length);
        Ok(opened)
    }

    /// Whether these bytes say that the primary key sealed them. If not, seal their content anew when it is written next,
    /// so that the other keys can be retired. It is what the bytes say: only [`open`](Self::open) proves it.
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        head(sealed).is_some_and(|(id, _)| id == self.primary.id)
    }
}

/// The key id and the salt of bytes that may be an envelope.
fn head(sealed: &[u8]) -> Option<(KeyId, &[u8; SALT])> {
    let (&[version], rest) = sealed.split_first_chunk::<1>()?;
    let (id, rest) = rest.split_first_chunk::<ID>()?;
    let (salt, rest) = rest.split_first_chunk::<SALT>()?;
    (version == VERSION && (TAG..=TAG + SEAL_LIMIT).contains(&rest.len())).then_some((KeyId(*id), salt))
}

/// `HKDF-Expand(key, MESSAGE ‖ salt)`, 32 bytes, and the salt's last 12.
fn message_key(key: &Prk, salt: &[u8; SALT]) -> Result<(LessSafeKey, Nonce), Unspecified> {
    let mut bytes = Zeroizing::new([0; 32]);
    expand(key, &[MESSAGE, salt], &mut *bytes);
    let nonce = Nonce::try_assume_unique_for_key(&salt[SALT - NONCE_LEN..])?;
    Ok((LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &*bytes)?), nonce))
}
