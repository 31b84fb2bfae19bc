//! Dates and times of three libraries: what holds for the types of std holds for them, and the bytes are the same in all.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;

use super::golden::is_written;
use super::hostile::is_total;
use super::round_trip::comes_back;
use super::*;

/// Of any length, and such as look like the parts of dates.
fn likely() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![0_u8..32, 55_u8..62, 248_u8..=255, any::<u8>()];
    proptest::collection::vec(byte, 0..24)
}

macro_rules! library {
    ($library:ident, $moment:ty, $date:ty, $time:ty, $both:ty, $difference:ty) => {
        mod $library {
            use super::*;

            proptest! {
                #[test]
                fn any_bytes_are_one_or_an_error(bytes in likely()) {
                    is_total::<$moment>(&bytes)?;
                    is_total::<$date>(&bytes)?;
                    is_total::<$time>(&bytes)?;
                    is_total::<$both>(&bytes)?;
                    is_total::<$difference>(&bytes)?;
                }

                #[test]
                fn a_moment_is_the_systems(seconds in -70_000_000_000_i64..200_000_000_000, nanos in 0_u32..1_000_000_000) {
                    let moment = to_bytes(&(seconds, nanos)).unwrap();
                    let (ours, theirs) = (from_bytes::<SystemTime>(&moment), from_bytes::<$moment>(&moment));
                    prop_assert_eq!(ours.map(|time| to_bytes(&time)), Ok(Ok(moment.clone())));
                    prop_assert_eq!(theirs.map(|time| to_bytes(&time)), Ok(Ok(moment)));
                }

                #[test]
                fn a_day_is_itself(year in -9_999_i32..=9_999, month in 1_u8..=12, day in 1_u8..=28, second in 0_u32..86_400) {
                    let second = |unit: u32| u8::try_from(second / unit % 60).unwrap();
                    let (date, time) = ((year, month, day), (second(3600), second(60), second(1), 999_999_999_u32));
                    let bytes = to_bytes(&(date, time)).unwrap();
                    let read = from_bytes::<$both>(&bytes);
                    prop_assert_eq!(read.as_ref().map(to_bytes), Ok(Ok(bytes)));
                    let both = read.unwrap();
                    comes_back(&both)?;
                    comes_back(&both.date())?;
                    comes_back(&both.time())?;
                    let parts = (both.date(), both.time());
                    prop_assert_eq!(from_bytes::<$date>(&to_bytes(&date).unwrap()), Ok(parts.0));
                    prop_assert_eq!(from_bytes::<$time>(&to_bytes(&time).unwrap()), Ok(parts.1));
                }

                #[test]
                fn a_difference_is_itself(nanos in -i128::from(i64::MAX)..=i128::from(i64::MAX)) {
                    let bytes = to_bytes(&nanos).unwrap();
                    prop_assert_eq!(from_bytes::<$difference>(&bytes).map(|span| to_bytes(&span)), Ok(Ok(bytes)));
                }
            }

            #[test]
            fn bytes_are_for_ever() {
                let moment = UNIX_EPOCH - Duration::from_nanos(1);
                let moment = from_bytes::<$moment>(&to_bytes(&moment).unwrap()).unwrap();
                is_written(&moment, "01fcffc99a3b", SystemTime::SHAPE.wire());
                let read = |bytes: &[u8]| from_bytes::<$both>(bytes).unwrap();
                let both = read(&[0xfb, 0xd4, 0x0f, 11, 28, 23, 59, 58, 1]);
                is_written(&both, "fbd40f0b1c173b3a01", 0x644b_bd83);
                is_written(&both.date(), "fbd40f0b1c", 0xd808_342c);
                is_written(&both.time(), "173b3a01", 0xb6ca_117d);
                is_written(&from_bytes::<$difference>(&[2]).unwrap(), "02", 0xa657_69a6);
            }

            #[test]
            fn what_is_no_day_and_no_time_is_refused() {
                for date in [(2026_i32, 2_u8, 29_u8), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (i32::MAX, 1, 1)] {
                    let read = from_bytes::<$date>(&to_bytes(&date).unwrap());
                    assert_eq!(read, Err(DecodeError::Invalid("date")), "{date:?}");
                }
                for time in [(24_u8, 0_u8, 0_u8, 0_u32), (0, 60, 0, 0), (0, 0, 60, 0), (23, 59, 59, 1_000_000_000)] {
                    let read = from_bytes::<$time>(&to_bytes(&time).unwrap());
                    assert_eq!(read, Err(DecodeError::Invalid("time of day")), "{time:?}");
                }
                let late = to_bytes(&(i64::MAX, 0_u32)).unwrap();
                assert_eq!(from_bytes::<$moment>(&late), Err(DecodeError::Invalid("time")));
                let long = to_bytes(&i128::MAX).unwrap();
                assert_eq!(from_bytes::<$difference>(&long), Err(DecodeError::Invalid("difference of times")));
            }
        }
    };
}

#[cfg(feature = "chrono")]
library! { chrono, ::chrono::DateTime<::chrono::Utc>, ::chrono::NaiveDate, ::chrono::NaiveTime, ::chrono::NaiveDateTime, ::chrono::TimeDelta }
#[cfg(feature = "jiff")]
library! { jiff, ::jiff::Timestamp, ::jiff::civil::Date, ::jiff::civil::Time, ::jiff::civil::DateTime, ::jiff::SignedDuration }
#[cfg(feature = "time")]
library! { time, ::time::UtcDateTime, ::time::Date, ::time::Time, ::time::PrimitiveDateTime, ::time::Duration }

#[cfg(feature = "chrono")]
#[test]
fn a_leap_second_is_refused_and_loses_nothing() {
    use ::chrono::{NaiveDate, NaiveTime};

    let leap = NaiveTime::from_hms_milli_opt(23, 59, 59, 1_500).unwrap();
    assert_eq!(to_bytes(&leap), Err(crate::codec::EncodeError::Invalid("time of day")));
    let moment = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap().and_time(leap);
    assert_eq!(to_bytes(&moment), Err(crate::codec::EncodeError::Invalid("date and time of day")));
    assert_eq!(to_bytes(&moment.and_utc()), Err(crate::codec::EncodeError::Invalid("time")));
}

#[cfg(feature = "chrono")]
#[test]
fn the_farthest_of_chronos_comes_back() {
    use ::chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

    for (both, moment, difference) in [
        (NaiveDateTime::MIN, DateTime::<Utc>::MIN_UTC, TimeDelta::MIN),
        (NaiveDateTime::MAX, DateTime::<Utc>::MAX_UTC, TimeDelta::MAX),
    ] {
        assert_eq!(from_bytes(&to_bytes(&both).unwrap()), Ok(both));
        assert_eq!(from_bytes(&to_bytes(&moment).unwrap()), Ok(moment));
        assert_eq!(from_bytes(&to_bytes(&difference).unwrap()), Ok(difference));
    }
}

#[cfg(feature = "jiff")]
#[test]
fn the_farthest_of_jiffs_comes_back() {
    use ::jiff::civil::DateTime;
    use ::jiff::{SignedDuration, Timestamp};

    for (both, moment, difference) in [
        (DateTime::MIN, Timestamp::MIN, SignedDuration::MIN),
        (DateTime::MAX, Timestamp::MAX, SignedDuration::MAX),
    ] {
        assert_eq!(from_bytes(&to_bytes(&both).unwrap()), Ok(both));
        assert_eq!(from_bytes(&to_bytes(&moment).unwrap()), Ok(moment));
        assert_eq!(from_bytes(&to_bytes(&difference).unwrap()), Ok(difference));
    }
}

#[cfg(feature = "time")]
#[test]
fn the_farthest_of_times_comes_back_and_a_moment_in_utc() {
    use ::time::{Duration, OffsetDateTime, PrimitiveDateTime, UtcDateTime, UtcOffset};

    for (both, moment, difference) in [
        (PrimitiveDateTime::MIN, UtcDateTime::MIN, Duration::MIN),
        (PrimitiveDateTime::MAX, UtcDateTime::MAX, Duration::MAX),
    ] {
        assert_eq!(from_bytes(&to_bytes(&both).unwrap()), Ok(both));
        assert_eq!(from_bytes(&to_bytes(&moment).unwrap()), Ok(moment));
        assert_eq!(from_bytes(&to_bytes(&difference).unwrap()), Ok(difference));
    }
    for (beyond, hours) in [(PrimitiveDateTime::MAX, -8), (PrimitiveDateTime::MIN, 8)] {
        let beyond = beyond.assume_offset(UtcOffset::from_hms(hours, 0, 0).unwrap());
        assert_eq!(to_bytes(&beyond), Err(crate::codec::EncodeError::Invalid("time")));
    }
    let here = OffsetDateTime::UNIX_EPOCH.to_offset(UtcOffset::from_hms(5, 30, 0).unwrap());
    let read: OffsetDateTime = from_bytes(&to_bytes(&here).unwrap()).unwrap();
    assert_eq!((read, read.offset()), (here, UtcOffset::UTC));
    assert_eq!(to_bytes(&here), to_bytes(&UtcDateTime::UNIX_EPOCH));
}

#[cfg(all(feature = "chrono", feature = "jiff", feature = "time"))]
#[test]
fn what_only_one_library_has_is_an_error_to_the_others() {
    let never = to_bytes(&::chrono::DateTime::<::chrono::Utc>::MAX_UTC).unwrap();
    assert_eq!(from_bytes::<::jiff::Timestamp>(&never), Err(DecodeError::Invalid("time")));
    assert_eq!(from_bytes::<::time::OffsetDateTime>(&never), Err(DecodeError::Invalid("time")));
    let last = to_bytes(&::time::UtcDateTime::MAX).unwrap();
    assert!(from_bytes::<::chrono::DateTime<::chrono::Utc>>(&last).is_ok());
    assert_eq!(from_bytes::<::jiff::Timestamp>(&last), Err(DecodeError::Invalid("time")));
    let longest = to_bytes(&::jiff::SignedDuration::MAX).unwrap();
    assert!(from_bytes::<::time::Duration>(&longest).is_ok());
    let refused = Err(DecodeError::Invalid("difference of times"));
    assert_eq!(from_bytes::<::chrono::TimeDelta>(&longest), refused);
}
