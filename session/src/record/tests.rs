use std::time::Duration;

use proptest::prelude::*;

use super::fields::Change;
use super::*;
use crate::clock::Timestamp;
use crate::data::Flags;
use crate::token::Proof;

fn header(previous: bool, next: bool) -> Header {
    let at = Timestamp::from_millis;
    let previous = previous.then(|| Previous {
        proof: Proof::from_bytes([9; 32]),
        until: at(77),
        next: next.then_some([3; 16]),
    });
    Header {
        persistent: true,
        remembered: false,
        schema_version: 4,
        min_reader: 2,
        lineage: [7; 16],
        revision: 3,
        rotations: 1,
        strict_rotations: 0,
        idle_span: Duration::from_secs(1800),
        idle_deadline: at(1000),
        absolute_deadline: at(5000),
        created: at(100),
        authenticated_at: Some(at(150)),
        rotated_at: at(151),
        principal: Principal([5; 16]),
        packing: Packing::NONE,
        ring: Ring::default().with(Nonce([1; 8])).with(Nonce([2; 8])),
        credential: Some(Credential { proof: Proof::from_bytes([8; 32]), previous }),
        binding: next.then_some(Binding { key: [4; 4], address: [5; 12], agent: [6; 12] }),
    }
}

fn change(name32: u32, bytes: Option<&[u8]>) -> Change<'_> {
    Change { name32, shape32: 1, flags: Flags::default(), bytes: bytes.map(Into::into) }
}

#[test]
fn a_record_comes_back_from_its_bytes() {
    let fields = fields::rebuild(&[], &[change(1, Some(b"one")), change(2, Some(b"two"))]).unwrap();
    let client_side =
        Header { credential: None, ring: Ring::default(), authenticated_at: None, ..header(false, false) };
    let bound = Header { binding: header(true, true).binding, ..client_side.clone() };
    for header in [header(false, false), header(true, false), header(true, true), client_side, bound] {
        let record = Record { header, fields: fields.clone() };
        let back = Record::decode(&record.encode().into()).unwrap();
        assert_eq!(back.header, record.header);
        assert_eq!(back.fields, record.fields);
    }
}

#[test]
fn every_part_of_a_header_stands_where_the_layout_says() {
    use layout::*;
    let header = Header { strict_rotations: 6, ..header(true, true) };
    let bytes = Record { header, fields: Bytes::new() }.encode();
    let at = |offset: usize, part: &[u8]| assert_eq!(&bytes[offset..offset + part.len()], part, "{offset}");
    let moment = |offset: usize, millis: u64| at(offset, &millis.to_le_bytes());
    let number = |offset: usize, number: u32| at(offset, &number.to_le_bytes());
    at(0, &[FORMAT, CODEC]);
    at(FLAGS, &(PERSISTENT | CREDENTIAL | PREVIOUS | NEXT | BINDING).to_le_bytes());
    moment(IDLE_DEADLINE, 1000);
    moment(ABSOLUTE_DEADLINE, 5000);
    moment(CREATED, 100);
    moment(AUTHENTICATED_AT, 150);
    moment(ROTATED_AT, 151);
    number(IDLE_SPAN, 1800);
    number(ROTATIONS, 1);
    number(STRICT_ROTATIONS, 6);
    moment(REVISION, 3);
    number(SCHEMA_VERSION, 4);
    number(MIN_READER, 2);
    at(LINEAGE, &[7; 16]);
    at(LINEAGE + 16, &[5; 16]);
    at(PROOF, &[8; 32]);
    at(RING_LENGTH, &[2]);
    at(RING_NONCES, &[[2; 8], [1; 8], [0; 8]].concat());
    at(PREVIOUS_PROOF, &[9; 32]);
    moment(PREVIOUS_UNTIL, 77);
    at(RING_END + PREVIOUS_SIZE, &[3; 16]);
    at(RING_END + PREVIOUS_SIZE + NEXT_SIZE, &[[4; 4].as_slice(), &[5; 12], &[6; 12]].concat());
    assert_eq!(bytes.len(), HEADER_MAX);
}

#[test]
fn what_is_packed_is_not_taken_for_fields() {
    for packing in [
        Packing { compressed: true, sealed: false },
        Packing { compressed: false, sealed: true },
        Packing { compressed: true, sealed: true },
    ] {
        let header = Header { packing, ..header(false, false) };
        let record = Record { header, fields: Bytes::from_static(b"no fields at all") };
        let back = Record::decode(&record.encode().into()).unwrap();
        assert_eq!((back.header.packing, back.fields), (packing, record.fields));
    }
    let record = Record { header: header(false, false), fields: Bytes::from_static(b"no fields at all") };
    assert!(Record::decode(&record.encode().into()).is_err());
}

#[test]
fn another_format_is_named_not_guessed() {
    let mut bytes = Record { header: header(false, false), fields: Bytes::new() }.encode();
    bytes[0] = 9;
    assert_eq!(
        Record::decode(&bytes.into()).unwrap_err(),
        RecordError::Format { format: 9, codec: crate::codec::CODEC_ID }
    );
}

#[test]
fn unknown_fields_stay_byte_for_byte_and_in_place() {
    let before = fields::rebuild(
        &[],
        &[
            change(1, Some(b"known")),
            change(0xdead_beef, Some(b"from a newer program")),
            change(3, Some(b"last")),
        ],
    )
    .unwrap();
    let after =
        fields::rebuild(&before, &[change(1, Some(b"new")), change(3, None), change(4, Some(b"more"))])
            .unwrap();
    let names: Vec<_> = fields::iter(&after).map(|field| field.unwrap()).collect();
    assert_eq!(names.iter().map(|field| field.name32).collect::<Vec<_>>(), [1, 0xdead_beef, 4]);
    assert_eq!(names[0].bytes, b"new");
    assert_eq!(names[1].bytes, b"from a newer program");
}

#[test]
fn the_ring_forgets_the_oldest() {
    let nonce = |number: u8| Nonce([number; 8]);
    let ring = (1..=9).fold(Ring::default(), |ring, number| ring.with(nonce(number)));
    assert!(!ring.contains(nonce(1)));
    assert!((2..=9).all(|number| ring.contains(nonce(number))));
    assert_eq!(ring.newest(), nonce(9));
    assert!(!Ring::default().contains(Nonce::default()), "an unused place is no commit");
}

#[test]
fn a_previous_secret_opens_only_within_its_grace_and_only_after_a_periodic_rotation() {
    let proof = Proof::from_bytes([9; 32]);
    let at = Timestamp::from_millis;
    let admits = |next, now| header(true, next).credential.unwrap().admits(&proof, at(now));
    assert!(admits(true, 76));
    assert!(!admits(true, 77));
    assert!(!admits(false, 76), "a strictly retired secret is recognised, never admitted");
}

proptest! {
    #[test]
    fn decoding_arbitrary_bytes_never_panics(bytes: Vec<u8>) {
        let _ = Record::decode(&bytes.into());
    }

    #[test]
    fn flipping_a_bit_never_panics(position in 0_usize..layout::HEADER_MAX, bit in 0_u8..8) {
        let fields = fields::rebuild(&[], &[change(1, Some(b"one"))]).unwrap();
        let mut bytes = Record { header: header(true, true), fields }.encode();
        bytes[position] ^= 1 << bit;
        let _ = Record::decode(&bytes.into());
    }
}
