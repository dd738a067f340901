//! Lengths of time: `PT1H`, `1 hour`, or `{hours: 1}`.

use std::sync::LazyLock;
use std::time::Duration;

use regex::Regex;
use serde_json::{Map, Value};

use super::reader::{ConfigReader, ReadError};
use super::yaml;

/// The units from the longest to the shortest, with their length in milliseconds. A year is 365
/// days and a month 30.
const UNITS: [(&str, f64); 8] = [
    ("years", 365.0 * DAY),
    ("months", 30.0 * DAY),
    ("weeks", 7.0 * DAY),
    ("days", DAY),
    ("hours", HOUR),
    ("minutes", MINUTE),
    ("seconds", SECOND),
    ("milliseconds", 1.0),
];
const SECOND: f64 = 1000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
/// What `1y` means in the short form.
const SHORT_FORM_YEAR: f64 = 365.25 * DAY;

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    let count = r"(-?\d{1,20}(?:\.\d{1,20})?)";
    let date = ["Y", "M", "W", "D"]
        .map(|unit| format!("(?:{count}{unit})?"))
        .concat();
    let time = ["H", "M"]
        .map(|unit| format!("(?:{count}{unit})?"))
        .concat();
    let seconds = r"(?:(-?\d{1,20})(?:[.,](\d{1,20}))?S)?";
    Regex::new(&format!("^P{date}(?:T{time}{seconds})?$")).expect("the pattern is fixed and valid")
});

static SHORT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)^ (-?\d*\.?\d+) \x20*
        (?: (?<ms>milliseconds?|msecs?|ms) | (?<s>seconds?|secs?|s) | (?<m>minutes?|mins?|m)
          | (?<h>hours?|hrs?|h) | (?<d>days?|d) | (?<w>weeks?|w) | (?<y>years?|yrs?|y) )? $",
    )
    .expect("the pattern is fixed and valid")
});

/// A length of time in the units it was written in; only units that were given are present.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HumanDuration {
    /// In the order of `UNITS`.
    counts: [Option<f64>; 8],
}

impl HumanDuration {
    /// `{"hours": 6}`.
    pub fn to_json(&self) -> Value {
        let entries = UNITS.iter().zip(self.counts);
        Value::Object(
            entries
                .filter_map(|((unit, _), count)| {
                    Some(((*unit).to_owned(), Value::Number(yaml::number(count?)?)))
                })
                .collect::<Map<_, _>>(),
        )
    }

    /// The whole length; `None` if it is negative or too long to count.
    pub fn to_duration(&self) -> Option<Duration> {
        let entries = UNITS.iter().zip(self.counts);
        let milliseconds: f64 = entries
            .map(|((_, length), count)| length * count.unwrap_or(0.0))
            .sum();
        Duration::try_from_secs_f64(milliseconds / SECOND).ok()
    }

    fn is_empty(&self) -> bool {
        self.counts.iter().all(Option::is_none)
    }

    fn or_zero_milliseconds(mut self) -> Self {
        if self.is_empty() {
            self.counts[UNITS.len() - 1] = Some(0.0);
        }
        self
    }
}

/// Reads the duration at `key`, or the reader itself as an object if there is no key.
///
/// # Errors
/// No value, an unknown unit, or text that is no duration.
pub fn read_duration(
    reader: &ConfigReader<'_>,
    key: Option<&str>,
) -> Result<HumanDuration, ReadError> {
    let Some(key) = key else {
        return read_object(reader, "");
    };
    let node = reader.find(key)?;
    if let Some(text) = node.and_then(|node| node.as_str()) {
        return parse(text).map_err(|reason| {
            let key = reader.full_key(key);
            ReadError {
                message: format!("Invalid duration '{text}' in config at '{key}', {reason}"),
                key,
                origin: node.map(|node| node.origin.clone()),
            }
        });
    }
    let section = reader
        .optional_config(key)
        .and_then(|section| reader.required(key, section))
        .map_err(failed)?;
    read_object(&section, key)
}

/// Parses the text forms.
///
/// # Errors
/// What is wrong with the text, and an example of what is right.
pub fn parse(text: &str) -> Result<HumanDuration, String> {
    let text = text.trim();
    if text.starts_with('P') {
        parse_iso(text)
    } else {
        parse_short(text)
    }
}

fn read_object(reader: &ConfigReader<'_>, key: &str) -> Result<HumanDuration, ReadError> {
    let mut duration = HumanDuration::default();
    for (index, (unit, _)) in UNITS.iter().enumerate() {
        duration.counts[index] = reader.optional_number(unit).map_err(failed)?;
    }
    let quoted = |names: &[String]| names.join(", ");
    let units: Vec<String> = UNITS.iter().map(|(unit, _)| format!("'{unit}'")).collect();
    let unknown: Vec<String> = reader
        .keys()
        .into_iter()
        .filter(|name| UNITS.iter().all(|(unit, _)| unit != name))
        .map(|name| format!("'{name}'"))
        .collect();
    let reason = if duration.is_empty() {
        format!("Needs one or more of {}", quoted(&units))
    } else if !unknown.is_empty() {
        let what = if unknown.len() == 1 {
            "property"
        } else {
            "properties"
        };
        format!(
            "Unknown {what} {}; expected one or more of {}",
            quoted(&unknown),
            quoted(&units)
        )
    } else {
        return Ok(duration);
    };
    let place = if key.is_empty() {
        String::new()
    } else {
        format!(" at '{key}'")
    };
    Err(ReadError {
        key: reader.full_key(""),
        message: format!("Failed to read duration from config{place}, {reason}"),
        origin: reader
            .find("")
            .ok()
            .flatten()
            .map(|node| node.origin.clone()),
    })
}

fn failed(error: ReadError) -> ReadError {
    ReadError {
        message: format!("Failed to read duration from config, {}", error.message),
        ..error
    }
}

fn parse_iso(text: &str) -> Result<HumanDuration, String> {
    let captures = ISO.captures(text).ok_or(
        "Invalid ISO format, expected a value similar to 'P2DT6H' (2 days 6 hours) or 'PT1M' (1 minute)",
    )?;
    let count = |group: usize| {
        captures
            .get(group)
            .and_then(|found| found.as_str().parse::<f64>().ok())
    };
    if (1..=7).all(|group| captures.get(group).is_none()) {
        return Err("Invalid ISO format, no values given".to_owned());
    }
    let mut duration = HumanDuration::default();
    for group in 1..=7 {
        duration.counts[group - 1] = count(group).filter(|count| *count != 0.0);
    }
    if let Some(fraction) = captures.get(8) {
        let digits: f64 = format!("0.{}", fraction.as_str()).parse().unwrap_or(0.0);
        let sign = if captures
            .get(7)
            .is_some_and(|seconds| seconds.as_str().starts_with('-'))
        {
            -1.0
        } else {
            1.0
        };
        duration.counts[7] = Some((digits * SECOND).floor() * sign).filter(|count| *count != 0.0);
    }
    Ok(duration.or_zero_milliseconds())
}

fn parse_short(text: &str) -> Result<HumanDuration, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(
            "The value cannot be a plain number; try adding a unit like 'ms' or 'seconds'"
                .to_owned(),
        );
    }
    let captures = SHORT.captures(text).ok_or(
        "Not a valid duration string, try a number followed by a unit such as '1d' or '2 seconds'",
    )?;
    let units = [
        ("y", SHORT_FORM_YEAR),
        ("w", 7.0 * DAY),
        ("d", DAY),
        ("h", HOUR),
        ("m", MINUTE),
        ("s", SECOND),
    ];
    let unit = units
        .iter()
        .find(|(name, _)| captures.name(name).is_some())
        .map_or(1.0, |(_, length)| *length);
    let mut left = captures[1].parse::<f64>().unwrap_or(f64::NAN) * unit;
    if left < 0.0 {
        return Err("Negative durations are not allowed".to_owned());
    }
    // The result is spelled in the largest units that fit; months have no place in it.
    let mut duration = HumanDuration::default();
    for (index, length) in [
        (0, SHORT_FORM_YEAR),
        (2, 7.0 * DAY),
        (3, DAY),
        (4, HOUR),
        (5, MINUTE),
        (6, SECOND),
    ] {
        if left >= length {
            let count = (left / length).floor();
            left -= count * length;
            duration.counts[index] = Some(count);
        }
    }
    if left > 0.0 {
        duration.counts[7] = Some(left);
    }
    Ok(duration.or_zero_milliseconds())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(text: &str, expected: Value) {
        assert_eq!(
            parse(text).map(|duration| duration.to_json()),
            Ok(expected),
            "{text}"
        );
    }

    #[test]
    fn text_forms() {
        check("P2DT6H", json!({"days": 2, "hours": 6}));
        check("PT0.5S", json!({"milliseconds": 500}));
        check("PT0S", json!({"milliseconds": 0}));
        check("P1.5W", json!({"weeks": 1.5}));
        check("2 years", json!({"years": 2}));
        check("90m", json!({"hours": 1, "minutes": 30}));
        check("3.5 Seconds", json!({"seconds": 3, "milliseconds": 500}));
        check("0s", json!({"milliseconds": 0}));
    }

    #[test]
    fn refusals_say_what_to_write() {
        for (text, part) in [
            ("10", "plain number"),
            ("soon", "'2 seconds'"),
            ("-1 day", "Negative"),
            ("P1H", "'P2DT6H'"),
            ("P", "no values"),
            ("", "'2 seconds'"),
        ] {
            let reason = parse(text).unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
    }

    #[test]
    fn lengths_add_up() {
        let length = |text| parse(text).unwrap().to_duration();
        assert_eq!(length("PT1H30M"), Some(Duration::from_mins(90)));
        assert_eq!(length("1y"), Some(Duration::from_hours(365 * 24)));
        assert_eq!(length("P-1D"), None);
    }
}
