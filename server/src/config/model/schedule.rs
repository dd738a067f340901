//! `schedule`: when a provider looks again.

use crate::clock::{Millis, millis};
use crate::config::cron::Cron;
use crate::config::node::Node;
use crate::config::section::Section;
use serde_json::Value;
use std::time::Duration;

/// When something is done again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Default: every three hours.
    pub frequency: Frequency,
    /// `timeout`: when it is given up. Default: one hour.
    pub timeout: Duration,
    /// `initialDelay` after a start. Default: none.
    pub initial_delay: Option<Duration>,
}

/// `frequency`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frequency {
    /// That long after the end of the time before.
    Every(Duration),
    /// `{cron: …}`: at these times, in UTC.
    At(Box<Cron>),
    /// `{trigger: manual}`: once, and then when an event asks for it.
    Manual,
}

impl Frequency {
    /// When it is due after `now`; `None` for not by itself.
    pub fn next(&self, now: Millis) -> Option<Millis> {
        match self {
            Self::Every(length) => {
                let length = millis(*length);
                Some(now.saturating_add(length))
            }
            Self::At(cron) => cron.next(now),
            Self::Manual => None,
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            frequency: Frequency::Every(Duration::from_hours(3)),
            timeout: Duration::from_hours(1),
            initial_delay: None,
        }
    }
}

pub(super) fn read(entry: &Section<'_>) -> Schedule {
    let default = Schedule::default();
    let Some(schedule) = entry.section("schedule") else {
        return default;
    };
    Schedule {
        frequency: read_frequency(&schedule).unwrap_or(default.frequency),
        timeout: schedule.duration("timeout").unwrap_or(default.timeout),
        initial_delay: schedule.duration("initialDelay"),
    }
}

/// A duration, or a map with `cron` or `trigger`.
fn read_frequency(schedule: &Section<'_>) -> Option<Frequency> {
    let key = "frequency";
    match schedule.node(key).map(Node::to_json) {
        Some(Value::Object(entry)) if entry.contains_key("trigger") => {
            schedule.value(key);
            if entry["trigger"] != "manual" {
                schedule.refuse(key, "should have the trigger 'manual'");
            }
            Some(Frequency::Manual)
        }
        Some(Value::Object(entry)) if entry.contains_key("cron") => {
            let pattern = schedule.string("frequency.cron")?;
            let cron = Cron::parse(&pattern);
            let cron = cron.map_err(|reason| schedule.refuse("frequency.cron", &reason));
            cron.ok().map(|cron| Frequency::At(Box::new(cron)))
        }
        _ => schedule.duration(key).map(Frequency::Every),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    fn schedule(text: &str) -> Schedule {
        let text =
            format!("catalog: {{providers: {{github: {{organization: o, schedule: {text}}}}}}}");
        let mut loaded = load_text(&text).unwrap();
        assert_eq!(loaded.warnings.len(), 0, "{:?}", loaded.warnings);
        loaded.config.catalog.github.remove(0).schedule
    }

    #[test]
    fn a_frequency_is_a_duration_times_of_day_or_left_to_events() {
        let found = schedule("{frequency: PT30M, timeout: {minutes: 3}, initialDelay: 15s}");
        assert_eq!(found.frequency, Frequency::Every(Duration::from_mins(30)));
        assert_eq!(found.timeout, Duration::from_mins(3));
        assert_eq!(found.initial_delay, Some(Duration::from_secs(15)));
        let found = schedule("{frequency: {milliseconds: 90000}}");
        assert_eq!(found.frequency, Frequency::Every(Duration::from_secs(90)));
        let found = schedule("{frequency: {trigger: manual}}");
        assert_eq!(found.frequency, Frequency::Manual);
        let found = schedule("{frequency: {cron: '0 * * * *'}}");
        assert_eq!(found.frequency.next(1), Some(60 * 60 * 1000));
    }

    #[test]
    fn times_of_day_that_mean_nothing_are_refused_with_their_line() {
        let text = "
catalog:
  providers:
    github:
      organization: o
      schedule:
        frequency:
          cron: 0 25 * * *
";
        let error = load_text(text).unwrap_err();
        let [problem] = &error.problems[..] else {
            panic!("{error}");
        };
        assert_eq!(problem.line, Some(8));
        assert!(problem.to_string().contains("frequency.cron"), "{problem}");
    }
}
