//! The forms that dates and times are stored in, whichever library they are of.

use crate::codec::{DecodeError, Decoder, Encoder};
use crate::value::time::{SECOND, nanos};
use crate::value::{SessionValue, Shape};

/// A day of the proleptic Gregorian calendar, that of ISO 8601.
#[derive(Clone, Copy)]
pub(in crate::value) struct Date {
    pub(super) year: i32,
    /// From 1, as the day is.
    pub(super) month: u8,
    pub(super) day: u8,
}

/// A time of day, without leap seconds.
#[derive(Clone, Copy)]
pub(in crate::value) struct TimeOfDay {
    pub(super) hour: u8,
    pub(super) minute: u8,
    pub(super) second: u8,
    pub(super) nanos: u32,
}

impl TimeOfDay {
    /// Nothing for a leap second, which not every library has.
    pub(super) const fn new(hour: u8, minute: u8, second: u8, nanos: u32) -> Option<Self> {
        if nanos < SECOND { Some(Self { hour, minute, second, nanos }) } else { None }
    }
}

/// A difference of two moments, in nanoseconds, also a negative one.
#[derive(Clone, Copy)]
pub(in crate::value) struct Difference(pub(super) i128);

// What is no day or time is refused by the library that it is read for.
impl SessionValue for Date {
    const SHAPE: &'static Shape = &Shape::Scalar("date");
    const MIN: usize = 1 + 2;
    const MAX: Option<usize> = Some(5 + 2);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(self.year);
        encoder.leaf(self.month);
        encoder.leaf(self.day);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(Self { year: decoder.leaf()?, month: decoder.leaf()?, day: decoder.leaf()? })
    }
}

impl SessionValue for TimeOfDay {
    const SHAPE: &'static Shape = &Shape::Scalar("time of day");
    const MIN: usize = 3 + 1;
    const MAX: Option<usize> = Some(3 + 5);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(self.hour);
        encoder.leaf(self.minute);
        encoder.leaf(self.second);
        encoder.leaf(self.nanos);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let (hour, minute, second) = (decoder.leaf()?, decoder.leaf()?, decoder.leaf()?);
        Ok(Self { hour, minute, second, nanos: nanos(decoder, "time of day")? })
    }
}

impl SessionValue for Difference {
    const SHAPE: &'static Shape = &Shape::Scalar("difference of times");
    const MIN: usize = <i128 as SessionValue>::MIN;
    const MAX: Option<usize> = <i128 as SessionValue>::MAX;

    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(self.0);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        decoder.leaf().map(Self)
    }
}
