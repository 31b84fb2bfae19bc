//! What holds of a record that the client keeps: it expires, it cannot be forged, and whatever is sent instead of it is
//! absent.

use super::held::held;
use super::subject::Sealing;
use super::trial::Trial;
use super::writes::{LAST, MS, with};
use crate::record::Record;
use crate::store::{Commit, Load, Locator, Store as _, Write};

/// The record that a write makes, and its text.
pub(super) fn seal<S: Sealing>(t: &Trial<'_, S>, write: &Write) -> (Record, Vec<u8>) {
    match t.commit("a write", write) {
        Commit::Committed { record, sealed: Some(sealed) } => (record, sealed),
        other => t.broken(format_args!("a write was answered {other:?}, and not with a sealed record")),
    }
}

pub(super) fn create<S: Sealing>(t: &Trial<'_, S>) -> Write {
    let mut write = with(t.create(1), "what the client keeps");
    // Its seal opens it.
    write.draft.credential = None;
    write
}

pub(super) fn open<S: Sealing>(t: &Trial<'_, S>, sealed: &[u8]) -> Option<Record> {
    let load = t.subject.run(t.subject.store().load(&Locator::Sealed(sealed.to_vec())));
    match t.answer("a load", load) {
        Load::Found(record) => Some(record),
        Load::Absent => None,
    }
}

/// The token is the record.
pub fn a_sealed_record_opens_to_what_was_committed<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a sealed record opens to what was committed");
    let created = seal(&t, &create(&t));
    let updated = seal(&t, &held(&created.0, 1));
    for (record, sealed) in [created, updated] {
        match open(&t, &sealed) {
            Some(seen) => t.same("in what the client keeps", &seen, &record),
            None => t.broken("what was sealed does not open"),
        }
    }
}

/// The runtime puts the text into a cookie as it is.
pub fn a_sealed_record_is_written_in_base64url<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a sealed record is written in base64url");
    let (_, sealed) = seal(&t, &create(&t));
    let foreign = sealed.iter().find(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')));
    t.equal("a byte of it", foreign.copied(), None);
}

/// Law 5: expired is absent, though the client still has it.
pub fn an_expired_sealed_record_is_absent<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "an expired sealed record is absent");
    let (_, sealed) = seal(&t, &create(&t));
    t.pass(LAST);
    t.expect(open(&t, &sealed).is_some(), "it is absent a millisecond before its deadline");
    t.pass(MS);
    t.expect(open(&t, &sealed).is_none(), "it is found at its deadline");
}

/// Not one bit can be changed.
pub fn a_forged_record_is_absent<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a forged record is absent");
    let (_, sealed) = seal(&t, &create(&t));
    for bit in 0..sealed.len() * 8 {
        let mut forged = sealed.clone();
        forged[bit / 8] ^= 1 << (bit % 8);
        t.expect(open(&t, &forged).is_none(), format_args!("it opens with bit {bit} flipped"));
    }
}

/// Nothing can be cut off or added.
pub fn a_cut_or_lengthened_record_is_absent<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "a record that was cut or lengthened is absent");
    let (_, sealed) = seal(&t, &create(&t));
    for length in 0..sealed.len() {
        t.expect(open(&t, &sealed[..length]).is_none(), format_args!("it opens when cut to {length} bytes"));
    }
    for more in [&b"\0"[..], b"A", b"AA", b"AAA", b"AAAA", b"="] {
        let longer = [&sealed[..], more].concat();
        t.expect(open(&t, &longer).is_none(), format_args!("it opens with {} bytes more", more.len()));
    }
}

/// Law 11: any bytes are told apart from a record, without a panic and without an error.
pub fn junk_is_absent<S: Sealing>(subject: &S) {
    let t = Trial::of(subject, "junk is absent");
    for length in 0..300_usize {
        for byte in [0, 1, b'A', b'_', 0x7f, 0xff] {
            let found = open(&t, &vec![byte; length]).is_some();
            t.expect(!found, format_args!("{length} bytes of {byte:#04x} open"));
        }
    }
}
