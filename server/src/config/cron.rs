//! Times of the day and the week as a crontab writes them, in UTC.

use crate::clock::Millis;
use croner::errors::CronError;
use croner::time::{CivilDateTime, CronDateTime, Resolution, Weekday};
use std::cmp::Ordering;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// A pattern such as `0 3 * * mon-fri`: minute, hour, day, month and weekday, with seconds before
/// them if need be; or `@daily` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron(croner::Cron);

impl Cron {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let pattern = text.trim().parse().map_err(|error: CronError| {
            format!("is no crontab pattern such as '0 3 * * *': {error}")
        })?;
        let cron = Self(pattern);
        match cron.next(0) {
            Some(_) => Ok(cron),
            None => Err("names a time that never comes".to_owned()),
        }
    }

    /// The first time after `now`; `None` when there is none that a calendar holds.
    pub fn next(&self, now: Millis) -> Option<Millis> {
        let now = OffsetDateTime::from_unix_timestamp(now.div_euclid(1000)).ok()?;
        let next = self.0.find_next_occurrence(&Utc(now), false).ok()?;
        Some(next.0.unix_timestamp() * 1000)
    }
}

/// A moment with the day and the time that it has in UTC.
#[derive(Clone)]
struct Utc(OffsetDateTime);

impl CronDateTime for Utc {
    fn to_civil(&self) -> CivilDateTime {
        let (date, time) = (self.0.date(), self.0.time());
        CivilDateTime::from_ymd_hms_opt(
            date.year(),
            u8::from(date.month()).into(),
            date.day().into(),
            time.hour().into(),
            time.minute().into(),
            time.second().into(),
        )
        .expect("every moment has a day and a time")
    }

    fn civil_weekday(&self) -> Weekday {
        Weekday::from_days_from_sunday(self.0.weekday().number_days_from_sunday().into())
    }

    fn resolve_civil(&self, civil: CivilDateTime) -> Result<Resolution<Self>, CronError> {
        let moment = moment(civil).ok_or(CronError::InvalidDate)?;
        Ok(Resolution::Single(Self(moment)))
    }

    fn checked_add_seconds(&self, seconds: i64) -> Option<Self> {
        let moment = self.0.checked_add(time::Duration::seconds(seconds))?;
        Some(Self(moment))
    }

    fn cmp_instant(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}

fn moment(civil: CivilDateTime) -> Option<OffsetDateTime> {
    let part = |number: u32| u8::try_from(number).ok();
    let month = Month::try_from(part(civil.month())?).ok()?;
    let date = Date::from_calendar_date(civil.year(), month, part(civil.day())?).ok()?;
    let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
    let time = Time::from_hms(part(hour)?, part(minute)?, part(second)?).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::rfc3339;

    /// A Friday.
    const NOW: Millis = 1_795_794_896_789;

    fn check(pattern: &str, expected: &str) {
        let cron = Cron::parse(pattern).unwrap();
        let next = cron.next(NOW).unwrap();
        assert_eq!(rfc3339(next), expected, "{pattern}");
    }

    #[test]
    fn the_next_time_is_the_first_that_matches() {
        assert_eq!(rfc3339(NOW), "2026-11-27T15:54:56Z");
        check("0 * * * *", "2026-11-27T16:00:00Z");
        check("*/15 * * * *", "2026-11-27T16:00:00Z");
        check("0 3 * * *", "2026-11-28T03:00:00Z");
        check("30 4 * * mon-fri", "2026-11-30T04:30:00Z");
        check("0 0 * * 7", "2026-11-29T00:00:00Z");
        check("0 0 1 JAN *", "2027-01-01T00:00:00Z");
        check("0 0 29 2 *", "2028-02-29T00:00:00Z");
        check("*/10 * * * * *", "2026-11-27T15:55:00Z");
        check("@daily", "2026-11-28T00:00:00Z");
        // The days of the month and those of the week: either.
        check("0 0 13 * fri", "2026-12-04T00:00:00Z");
    }

    #[test]
    fn a_moment_that_matches_is_followed_by_the_next() {
        let cron = Cron::parse("0 3 * * *").unwrap();
        let first = cron.next(NOW).unwrap();
        assert_eq!(cron.next(first), Some(first + 24 * 60 * 60 * 1000));
        assert_eq!(cron.next(first + 999), cron.next(first));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in [
            "",
            "* * *",
            "61 * * * *",
            "a b c d e",
            "0 0 31 2 *",
            "@never",
        ] {
            assert!(Cron::parse(text).is_err(), "{text}");
        }
    }
}
