//! What nodes tell each other.
//!
//! ```text
//! version = 1 (1) · kind (1) · body
//! changed   (1)  handle (22, base64url) · revision (8, little-endian) · nonce (8) · node
//! ended     (2)  handle (22) · node
//! cleared   (3)  node
//! beat      (4)  subscription (8) · number (8, little-endian)
//! ```
//!
//! The scripts of the Redis store write the first two (`redis/lua/announce.lua`). `node` is the name of who wrote: for
//! whoever watches the channel, nothing here goes by it. Two nodes of one name still hear each other.

use session::Handle;
use session::record::{Nonce, Stamp};

use crate::redis::message::{CHANGED, ENDED, VERSION};

const CLEARED: u8 = 3;
const BEAT: u8 = 4;

const HANDLE: usize = 22;

/// One message of the invalidation channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// The session was written, and is in that state now.
    Changed {
        /// Which session.
        handle: Handle,
        /// The commit that made its present state.
        stamp: Stamp,
    },
    /// The session has ended, or whatever is kept of it must not be used.
    Ended {
        /// Which session.
        handle: Handle,
    },
    /// Whatever is kept of any session must not be used.
    Cleared,
}

/// A message as it is received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Message(Message),
    /// A heartbeat of that subscription.
    Beat {
        subscription: u64,
        number: u64,
    },
}

impl Message {
    /// The message as it travels, from that node.
    pub(super) fn encode(&self, node: &str) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        match self {
            Self::Changed { handle, stamp } => {
                bytes.push(CHANGED);
                bytes.extend(handle.encode().as_bytes());
                bytes.extend(stamp.revision.to_le_bytes());
                bytes.extend(stamp.nonce.0);
            }
            Self::Ended { handle } => {
                bytes.push(ENDED);
                bytes.extend(handle.encode().as_bytes());
            }
            Self::Cleared => bytes.push(CLEARED),
        }
        bytes.extend(node.as_bytes());
        bytes
    }
}

/// A heartbeat as it travels.
pub(super) fn beat(subscription: u64, number: u64) -> [u8; 18] {
    let mut bytes = [0; 18];
    (bytes[0], bytes[1]) = (VERSION, BEAT);
    bytes[2..10].copy_from_slice(&subscription.to_le_bytes());
    bytes[10..].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// What the bytes say, if they are of a version that is known here.
pub(super) fn read(bytes: &[u8]) -> Option<Heard> {
    let (&[VERSION, kind], body) = bytes.split_first_chunk::<2>()? else { return None };
    Some(match kind {
        CHANGED => {
            let (handle, body) = handle(body)?;
            let (revision, body) = body.split_first_chunk()?;
            let (nonce, _node) = body.split_first_chunk()?;
            let stamp = Stamp { revision: u64::from_le_bytes(*revision), nonce: Nonce(*nonce) };
            Heard::Message(Message::Changed { handle, stamp })
        }
        ENDED => Heard::Message(Message::Ended { handle: handle(body)?.0 }),
        CLEARED => Heard::Message(Message::Cleared),
        BEAT => {
            let (subscription, number) = body.split_first_chunk()?;
            let number = u64::from_le_bytes(number.try_into().ok()?);
            Heard::Beat { subscription: u64::from_le_bytes(*subscription), number }
        }
        _ => return None,
    })
}

fn handle(body: &[u8]) -> Option<(Handle, &[u8])> {
    let (text, rest) = body.split_first_chunk::<HANDLE>()?;
    Some((Handle::parse(std::str::from_utf8(text).ok()?)?, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STAMP: Stamp = Stamp { revision: 7, nonce: Nonce([1, 2, 3, 4, 5, 6, 7, 8]) };

    #[test]
    fn what_was_said_is_heard() {
        let handle = Handle::from_bytes([0xfb; 16]);
        for message in
            [Message::Changed { handle, stamp: STAMP }, Message::Ended { handle }, Message::Cleared]
        {
            assert_eq!(read(&message.encode("node 1")), Some(Heard::Message(message)));
            assert_eq!(read(&message.encode("")), Some(Heard::Message(message)));
        }
        assert_eq!(read(&beat(3, 9)), Some(Heard::Beat { subscription: 3, number: 9 }));
    }

    #[test]
    fn another_version_is_not_understood_by_half() {
        let mut bytes = Message::Cleared.encode("n");
        bytes[0] = 2;
        assert_eq!(read(&bytes), None);
        assert_eq!(read(&[VERSION, 99]), None);
        assert_eq!(read(br#"{"type":"session_deleted","session_id":"x"}"#), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&bytes);
            let mut known = bytes;
            if let [version, kind, ..] = &mut known[..] {
                (*version, *kind) = (VERSION, *kind % 6);
                let _ = read(&known);
            }
        }
    }
}
