//! When a source is due again. Pure.

use crate::clock::{Millis, millis};
use crate::ingest::LocationRef;
use sha1::{Digest, Sha1};
use std::time::Duration;

/// Shorter intervals are not spread: there is nothing to gain, and who sets one wants to see it.
const SPREAD_FROM: Duration = Duration::from_secs(10);
/// What an interval counts as that is switched off, where something has to be tried again.
const DEFAULT: Duration = Duration::from_mins(2);
/// How many doublings of the interval there are after failures.
const MAX_DOUBLINGS: u32 = 4;
/// The longest wait after a failure, unless the interval itself is longer.
const MAX_WAIT: Duration = Duration::from_hours(1);

/// How often sources are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// `catalog.processingInterval`; `None`: each source once.
    pub interval: Option<Duration>,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            interval: Some(DEFAULT),
        }
    }
}

impl Timing {
    /// How long until a source is due again that was read, or, with `failures` in a row, could not
    /// be; in milliseconds. `None`: never.
    ///
    /// Sources that were read at the same time are spread over half an interval, each by the same
    /// share every time. Files that are not there cost nothing, so they are looked for as often.
    pub fn again_in(self, location: &LocationRef, failures: u32) -> Option<Millis> {
        if failures == 0 && self.interval.is_none() {
            return None;
        }
        let interval = self.base();
        let spread = if interval < SPREAD_FROM {
            Duration::ZERO
        } else {
            interval.mul_f64(share(location) / 2.0)
        };
        let doublings = match location.kind.as_str() {
            "file" => 0,
            _ => failures.saturating_sub(1).min(MAX_DOUBLINGS),
        };
        let backed_off = interval.saturating_mul(1 << doublings).min(MAX_WAIT);
        Some(millis(backed_off.max(interval) + spread))
    }

    /// No source is due later than that from now, in milliseconds.
    pub(super) fn horizon(self) -> Millis {
        millis(MAX_WAIT.max(self.base()) + self.base())
    }

    /// The interval, or what it counts as.
    pub(super) fn base(self) -> Duration {
        self.interval.unwrap_or(DEFAULT)
    }
}

/// Between 0 and 1, always the same for a location.
fn share(location: &LocationRef) -> f64 {
    let digest = Sha1::digest(location.to_string());
    let first = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    f64::from(first) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(seconds: u64) -> Timing {
        Timing {
            interval: Some(Duration::from_secs(seconds)),
        }
    }

    #[test]
    fn sources_are_spread_over_half_an_interval_always_in_the_same_way() {
        let locations: Vec<LocationRef> = (0..100)
            .map(|number| LocationRef::url(format!("https://a/{number}")))
            .collect();
        let waits: Vec<Millis> = locations
            .iter()
            .map(|it| timing(100).again_in(it, 0).unwrap())
            .collect();
        assert!(waits.iter().all(|wait| (100_000..=150_000).contains(wait)));
        assert!(waits.iter().min() < Some(&105_000) && waits.iter().max() > Some(&145_000));
        assert_eq!(timing(100).again_in(&locations[0], 0), Some(waits[0]));
        assert_eq!(timing(1).again_in(&locations[0], 0), Some(1000));
    }

    #[test]
    fn what_cannot_be_read_is_tried_less_and_less_up_to_a_bound() {
        let url = LocationRef::url("https://a/b");
        let wait = |failures| timing(5).again_in(&url, failures).unwrap();
        assert_eq!(
            [1, 2, 3, 5, 50].map(wait),
            [5_000, 10_000, 20_000, 80_000, 80_000]
        );
        let long = timing(7200).again_in(&url, 9).unwrap();
        assert!((7_200_000..=10_800_000).contains(&long), "{long}");
        let file = LocationRef::file("/a");
        assert_eq!(timing(5).again_in(&file, 9), Some(5_000));
        assert!(timing(7200).horizon() >= 10_800_000);
    }

    #[test]
    fn what_is_read_once_is_tried_until_it_is() {
        let once = Timing { interval: None };
        let url = LocationRef::url("https://a/b");
        assert_eq!(once.again_in(&url, 0), None);
        assert!(once.again_in(&url, 1).is_some());
    }
}
