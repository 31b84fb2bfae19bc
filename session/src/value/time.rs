//! [`Duration`] and [`SystemTime`]: seconds, then nanoseconds of a second.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::stored_as::{StoredAs, stored_as};
use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, Encoder};

pub(super) const SECOND: u32 = 1_000_000_000;

impl SessionValue for Duration {
    const SHAPE: &'static Shape = &Shape::Scalar("duration");
    const MIN: usize = 2;
    const MAX: Option<usize> = Some(9 + 5);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(self.as_secs());
        encoder.leaf(self.subsec_nanos());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let seconds = decoder.leaf()?;
        Ok(Self::new(seconds, nanos(decoder, "duration")?))
    }
}

/// A point in time, since 1970, also before it: the seconds are rounded down, so that the nanoseconds always count forward.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) seconds: i64,
    /// Less than a second.
    pub(super) nanos: u32,
}

impl SessionValue for Moment {
    const SHAPE: &'static Shape = &Shape::Scalar("time");
    const MIN: usize = 2;
    const MAX: Option<usize> = Some(9 + 5);

    fn encode(&self, encoder: &mut Encoder) {
        encoder.leaf(self.seconds);
        encoder.leaf(self.nanos);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        Ok(Self { seconds: decoder.leaf()?, nanos: nanos(decoder, "time")? })
    }
}

stored_as! {
    /// A platform whose clock is coarser than a nanosecond reads times of another platform rounded to its own.
    SystemTime as Moment: "time";
}

impl StoredAs for SystemTime {
    type Form = Moment;

    fn form(&self) -> Option<Moment> {
        let (seconds, nanos) = match self.duration_since(UNIX_EPOCH) {
            Ok(after) => (i128::from(after.as_secs()), after.subsec_nanos()),
            Err(before) => {
                let before = before.duration();
                match (-i128::from(before.as_secs()), before.subsec_nanos()) {
                    (seconds, 0) => (seconds, 0),
                    (seconds, nanos) => (seconds - 1, SECOND - nanos),
                }
            }
        };
        Some(Moment { seconds: i64::try_from(seconds).ok()?, nanos })
    }

    fn of(Moment { seconds, nanos }: Moment) -> Option<Self> {
        let whole = Duration::from_secs(seconds.unsigned_abs());
        let time = if seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
        time?.checked_add(Duration::from_nanos(nanos.into()))
    }
}

pub(super) fn nanos(decoder: &mut Decoder<'_>, what: &'static str) -> Result<u32, DecodeError> {
    match decoder.leaf()? {
        nanos if nanos < SECOND => Ok(nanos),
        _ => Err(DecodeError::Invalid(what)),
    }
}
