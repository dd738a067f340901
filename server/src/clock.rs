//! The time: a parameter everywhere else, so that tests can choose it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Milliseconds since 1970 in UTC.
pub type Millis = i64;

/// How many milliseconds that is; the most there are where it is longer.
pub fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Millis + Send + Sync>);

impl Clock {
    /// The clock of the machine.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the machine"
    )]
    pub fn system() -> Self {
        Self(Arc::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH);
            since.map_or(0, millis)
        }))
    }

    /// A clock that asks `now`.
    pub fn from_fn(now: impl Fn() -> Millis + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub fn now(&self) -> Millis {
        (self.0)()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// The moment in RFC 3339, to the second; empty for one that no calendar holds.
pub fn rfc3339(at: Millis) -> String {
    let at = OffsetDateTime::from_unix_timestamp(at.div_euclid(1000)).ok();
    at.and_then(|at| at.format(&Rfc3339).ok())
        .unwrap_or_default()
}

/// The same to the millisecond, as JavaScript writes it.
pub fn rfc3339_millis(at: Millis) -> String {
    let seconds = rfc3339(at);
    match seconds.strip_suffix('Z') {
        Some(seconds) => format!("{seconds}.{:03}Z", at.rem_euclid(1000)),
        None => seconds,
    }
}

/// How long ago, as a reader says it.
pub fn ago(now: Millis, then: Millis) -> String {
    let seconds = now.saturating_sub(then) / 1000;
    let (count, unit) = match seconds {
        ..60 => return "just now".to_owned(),
        60..3600 => (seconds / 60, "minute"),
        3600..86400 => (seconds / 3600, "hour"),
        _ => (seconds / 86400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_hear_the_largest_unit() {
        for (seconds, expected) in [
            (0, "just now"),
            (-5, "just now"),
            (61, "1 minute ago"),
            (7200, "2 hours ago"),
            (86_400 * 3, "3 days ago"),
        ] {
            assert_eq!(ago(seconds * 1000, 0), expected);
        }
        assert_eq!(rfc3339(1_000), "1970-01-01T00:00:01Z");
    }
}
