use proptest::prelude::*;

use super::*;

fn count_bytes(count: usize) -> Vec<u8> {
    let mut encoder = Encoder::new();
    encoder.count(count);
    encoder.finish().unwrap()
}

proptest! {
    #[test]
    fn counts_come_back_and_have_one_encoding(count in 0_usize..5_000) {
        let mut input = count_bytes(count);
        input.resize(input.len() + count, 0);
        prop_assert_eq!(Decoder::new(&input).count(1), Ok(count));
    }

    #[test]
    fn leaves_come_back(value: i64) {
        let mut encoder = Encoder::new();
        encoder.leaf(value);
        let bytes = encoder.finish().unwrap();
        let mut decoder = Decoder::new(&bytes);
        prop_assert_eq!(decoder.leaf::<i64>(), Ok(value));
        prop_assert_eq!(decoder.finish(), Ok(()));
    }

    #[test]
    fn a_run_of_any_length_has_its_length_before_it(length in 0_usize..400) {
        let mut encoder = Encoder::new();
        let mark = encoder.open();
        encoder.raw(&vec![7; length]);
        encoder.close(mark);
        encoder.raw(&[9]);
        let bytes = encoder.finish().unwrap();
        let mut decoder = Decoder::new(&bytes);
        prop_assert_eq!(decoder.bytes().unwrap().len(), length);
        prop_assert_eq!(decoder.remaining(), 1);
    }
}

#[test]
fn a_count_larger_than_the_input_is_refused_before_anything_is_reserved() {
    let input = [0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2, 3];
    assert_eq!(Decoder::new(&input).count(1), Err(DecodeError::TooLong(u64::from(u32::MAX))));
    assert_eq!(Decoder::new(&[4, 1, 1, 1, 1]).count(2), Err(DecodeError::TooLong(4)));
}

#[test]
fn numbers_in_more_bytes_than_they_need_are_refused() {
    assert_eq!(Decoder::new(&[0x81, 0x00, 0]).count(1), Err(DecodeError::NotMinimal));
    assert_eq!(Decoder::new(&[251, 1, 0]).leaf::<u32>(), Err(DecodeError::NotMinimal));
}

#[test]
fn nesting_is_bounded_both_ways() {
    fn down(encoder: &mut Encoder, left: u32) {
        encoder.nested(|encoder| {
            if left > 0 {
                down(encoder, left - 1);
            }
        });
    }
    fn up(decoder: &mut Decoder<'_>) -> Result<(), DecodeError> {
        decoder.nested(up)
    }
    let mut encoder = Encoder::new();
    down(&mut encoder, 100_000);
    assert_eq!(encoder.finish(), Err(EncodeError::TooDeep));
    assert_eq!(up(&mut Decoder::new(&[])), Err(DecodeError::TooDeep));
}

#[test]
fn a_reader_cannot_leave_its_run() {
    let mut decoder = Decoder::new(&[2, 1, 1, 5]);
    assert_eq!(decoder.within(|inside| inside.raw(3).map(<[u8]>::len)), Err(DecodeError::UnexpectedEnd));
    let mut decoder = Decoder::new(&[2, 1, 1, 5]);
    assert_eq!(decoder.within(|inside| inside.raw(1).map(<[u8]>::len)), Err(DecodeError::Trailing(1)));
}
