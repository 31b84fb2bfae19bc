//! chrono's moments (in UTC), dates, times of day and differences.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _, Utc};

use super::calendar::{Date, Difference, TimeOfDay};
use crate::value::stored_as::{StoredAs, stored_as};
use crate::value::time::{Moment, SECOND};

stored_as! {
    /// Leap seconds are refused when the session is written.
    DateTime<Utc> as Moment: "time";
    NaiveDate as Date: "date";
    /// Leap seconds are refused when the session is written.
    NaiveTime as TimeOfDay: "time of day";
    /// As [`NaiveDate`] and [`NaiveTime`].
    NaiveDateTime as (Date, TimeOfDay): "date and time of day";
    TimeDelta as Difference: "difference of times";
}

impl StoredAs for DateTime<Utc> {
    type Form = Moment;

    fn form(&self) -> Option<Moment> {
        let (seconds, nanos) = (self.timestamp(), self.timestamp_subsec_nanos());
        (nanos < SECOND).then_some(Moment { seconds, nanos })
    }

    fn of(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Self::from_timestamp(seconds, nanos)
    }
}

impl StoredAs for NaiveDate {
    type Form = Date;

    fn form(&self) -> Option<Date> {
        Some(Date {
            year: self.year(),
            month: self.month().try_into().ok()?,
            day: self.day().try_into().ok()?,
        })
    }

    fn of(Date { year, month, day }: Date) -> Option<Self> {
        Self::from_ymd_opt(year, month.into(), day.into())
    }
}

impl StoredAs for NaiveTime {
    type Form = TimeOfDay;

    fn form(&self) -> Option<TimeOfDay> {
        let [hour, minute, second] =
            [self.hour(), self.minute(), self.second()].map(|part| u8::try_from(part).ok());
        TimeOfDay::new(hour?, minute?, second?, self.nanosecond())
    }

    fn of(TimeOfDay { hour, minute, second, nanos }: TimeOfDay) -> Option<Self> {
        Self::from_hms_nano_opt(hour.into(), minute.into(), second.into(), nanos)
    }
}

impl StoredAs for NaiveDateTime {
    type Form = (Date, TimeOfDay);

    fn form(&self) -> Option<(Date, TimeOfDay)> {
        Some((self.date().form()?, self.time().form()?))
    }

    fn of((date, time): (Date, TimeOfDay)) -> Option<Self> {
        Some(Self::new(NaiveDate::of(date)?, NaiveTime::of(time)?))
    }
}

impl StoredAs for TimeDelta {
    type Form = Difference;

    fn form(&self) -> Option<Difference> {
        Some(Difference(
            i128::from(self.num_seconds()) * i128::from(SECOND) + i128::from(self.subsec_nanos()),
        ))
    }

    fn of(Difference(nanos): Difference) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(SECOND.into())).ok()?;
        Self::new(seconds, nanos.rem_euclid(SECOND.into()).try_into().ok()?)
    }
}
