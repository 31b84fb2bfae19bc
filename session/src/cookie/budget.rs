//! How much of a session a cookie can hold: the one place that knows what is added to the fields on their way into one.
//!
//! The fields get a record's header before them, are sealed, written in base64, and stand after the cookie's name:
//! `name=base64(format · key id · salt · seal(header · fields) · tag)`.

use super::attributes::DEFAULT_NAME;
use crate::crypto::SEAL_OVERHEAD;
use crate::record::HEADER_CLIENT;

/// Browsers take no more for a cookie's name and value together (RFC 6265bis §5.6). Some count the `=`, too.
pub(super) const COOKIE: usize = 4_096;

/// What a text that is spread over several cookies costs in each: the number of cookies in the first value, and as much
/// in the names of the others.
pub(super) const COUNT: usize = 2;

/// The most characters of text in that many cookies, whose name has `name` bytes.
pub(super) const fn capacity(name: usize, chunks: usize) -> usize {
    let one = COOKIE.saturating_sub(name + 1);
    if chunks > 1 { one.saturating_sub(COUNT) * chunks } else { one }
}

/// The most bytes of fields in a cookie whose name has `name` bytes.
pub(crate) const fn room(name: usize) -> usize {
    let value = capacity(name, 1);
    // Four characters hold three bytes, without padding.
    let sealed = value / 4 * 3 + value % 4 * 3 / 4;
    sealed.saturating_sub(SEAL_OVERHEAD + HEADER_CLIENT)
}

/// The same for the name that a cookie has by default, which is all that is known when a program is compiled. A store for
/// longer names asks [`room`] when it is built.
pub(crate) const ROOM: usize = room(DEFAULT_NAME.len());

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::clock::Timestamp;
    use crate::record::{Binding, Header, Packing, Principal, Record, Ring};

    fn cookie(name: &str, fields: usize) -> usize {
        let moment = Timestamp::default();
        let header = Header {
            persistent: true,
            remembered: true,
            schema_version: 1,
            min_reader: 0,
            lineage: [0; 16],
            revision: 1,
            rotations: 0,
            strict_rotations: 0,
            idle_span: std::time::Duration::ZERO,
            idle_deadline: moment,
            absolute_deadline: moment,
            created: moment,
            authenticated_at: None,
            rotated_at: moment,
            principal: Principal([1; 16]),
            packing: Packing::NONE,
            ring: Ring::default(),
            credential: None,
            binding: Some(Binding { key: [1; 4], address: [2; 12], agent: [3; 12] }),
        };
        let header = Record { header, fields: bytes::Bytes::new() }.encode();
        let sealed = vec![0; SEAL_OVERHEAD + header.len() + fields];
        format!("{name}={}", URL_SAFE_NO_PAD.encode(sealed)).len()
    }

    #[test]
    fn a_full_cookie_is_as_large_as_browsers_take_and_one_byte_more_is_too_much() {
        for length in 1..=300 {
            let name = "n".repeat(length);
            let most = room(length);
            assert!(cookie(&name, most) <= COOKIE, "{length}");
            assert!(cookie(&name, most + 1) > COOKIE, "{length}");
        }
        assert_eq!(room(DEFAULT_NAME.len()), ROOM);
        assert_eq!(room(5_000), 0);
    }
}
