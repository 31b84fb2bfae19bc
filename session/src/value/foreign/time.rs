//! time's moments, dates, times of day and durations.

use time::{Date as CalendarDate, Duration, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime};

use super::calendar::{Date, Difference, TimeOfDay};
use crate::value::stored_as::{StoredAs, stored_as};
use crate::value::time::{Moment, SECOND};

stored_as! {
    UtcDateTime as Moment: "time";
    /// The moment alone: it comes back equal, and in UTC.
    OffsetDateTime as Moment: "time";
    CalendarDate as Date: "date";
    Time as TimeOfDay: "time of day";
    /// As its date and its time.
    PrimitiveDateTime as (Date, TimeOfDay): "date and time of day";
    Duration as Difference: "difference of times";
}

impl StoredAs for UtcDateTime {
    type Form = Moment;

    fn form(&self) -> Option<Moment> {
        Some(Moment { seconds: self.unix_timestamp(), nanos: self.nanosecond() })
    }

    fn of(Moment { seconds, nanos }: Moment) -> Option<Self> {
        Self::from_unix_timestamp(seconds).ok()?.replace_nanosecond(nanos).ok()
    }
}

impl StoredAs for OffsetDateTime {
    type Form = Moment;

    fn form(&self) -> Option<Moment> {
        // Beside Greenwich there is a little more than what can be said there.
        self.checked_to_utc()?.form()
    }

    fn of(moment: Moment) -> Option<Self> {
        UtcDateTime::of(moment).map(Self::from)
    }
}

impl StoredAs for CalendarDate {
    type Form = Date;

    fn form(&self) -> Option<Date> {
        Some(Date { year: self.year(), month: self.month().into(), day: self.day() })
    }

    fn of(Date { year, month, day }: Date) -> Option<Self> {
        Self::from_calendar_date(year, month.try_into().ok()?, day).ok()
    }
}

impl StoredAs for Time {
    type Form = TimeOfDay;

    fn form(&self) -> Option<TimeOfDay> {
        TimeOfDay::new(self.hour(), self.minute(), self.second(), self.nanosecond())
    }

    fn of(TimeOfDay { hour, minute, second, nanos }: TimeOfDay) -> Option<Self> {
        Self::from_hms_nano(hour, minute, second, nanos).ok()
    }
}

impl StoredAs for PrimitiveDateTime {
    type Form = (Date, TimeOfDay);

    fn form(&self) -> Option<(Date, TimeOfDay)> {
        Some((self.date().form()?, self.time().form()?))
    }

    fn of((date, time): (Date, TimeOfDay)) -> Option<Self> {
        Some(Self::new(CalendarDate::of(date)?, Time::of(time)?))
    }
}

impl StoredAs for Duration {
    type Form = Difference;

    fn form(&self) -> Option<Difference> {
        Some(Difference(self.whole_nanoseconds()))
    }

    fn of(Difference(nanos): Difference) -> Option<Self> {
        // Both of one sign.
        let seconds = i64::try_from(nanos / i128::from(SECOND)).ok()?;
        Some(Self::new(seconds, (nanos % i128::from(SECOND)).try_into().ok()?))
    }
}
