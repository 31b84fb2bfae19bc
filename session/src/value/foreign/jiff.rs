//! jiff's moments, civil dates and times, and durations. What has a time zone is an instant and a zone: store a `Timestamp`,
//! and the zone's name if it is the user's.

use jiff::civil::{Date as CivilDate, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::calendar::{Date, Difference, TimeOfDay};
use crate::value::stored_as::{StoredAs, stored_as};
use crate::value::time::{Moment, SECOND};

stored_as! {
    Timestamp as Moment: "time";
    CivilDate as Date: "date";
    Time as TimeOfDay: "time of day";
    /// As its date and its time.
    DateTime as (Date, TimeOfDay): "date and time of day";
    SignedDuration as Difference: "difference of times";
}

impl StoredAs for Timestamp {
    type Form = Moment;

    fn form(&self) -> Option<Moment> {
        let nanos = self.as_nanosecond();
        let seconds = i64::try_from(nanos.div_euclid(SECOND.into())).ok()?;
        Some(Moment { seconds, nanos: nanos.rem_euclid(SECOND.into()).try_into().ok()? })
    }

    fn of(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Self::from_nanosecond(i128::from(seconds) * i128::from(SECOND) + i128::from(nanos)).ok()
    }
}

impl StoredAs for CivilDate {
    type Form = Date;

    fn form(&self) -> Option<Date> {
        let [month, day] = [self.month(), self.day()].map(|part| u8::try_from(part).ok());
        Some(Date { year: self.year().into(), month: month?, day: day? })
    }

    fn of(Date { year, month, day }: Date) -> Option<Self> {
        Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
    }
}

impl StoredAs for Time {
    type Form = TimeOfDay;

    fn form(&self) -> Option<TimeOfDay> {
        let [hour, minute, second] =
            [self.hour(), self.minute(), self.second()].map(|part| u8::try_from(part).ok());
        TimeOfDay::new(hour?, minute?, second?, self.subsec_nanosecond().try_into().ok()?)
    }

    fn of(TimeOfDay { hour, minute, second, nanos }: TimeOfDay) -> Option<Self> {
        let [hour, minute, second] = [hour, minute, second].map(|part| i8::try_from(part).ok());
        Self::new(hour?, minute?, second?, nanos.try_into().ok()?).ok()
    }
}

impl StoredAs for DateTime {
    type Form = (Date, TimeOfDay);

    fn form(&self) -> Option<(Date, TimeOfDay)> {
        Some((self.date().form()?, self.time().form()?))
    }

    fn of((date, time): (Date, TimeOfDay)) -> Option<Self> {
        Some(Self::from_parts(CivilDate::of(date)?, Time::of(time)?))
    }
}

impl StoredAs for SignedDuration {
    type Form = Difference;

    fn form(&self) -> Option<Difference> {
        Some(Difference(self.as_nanos()))
    }

    fn of(Difference(nanos): Difference) -> Option<Self> {
        // Both of one sign.
        let seconds = i64::try_from(nanos / i128::from(SECOND)).ok()?;
        Some(Self::new(seconds, (nanos % i128::from(SECOND)).try_into().ok()?))
    }
}
