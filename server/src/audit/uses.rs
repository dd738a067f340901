//! Which uses of tokens are written: the first of each token from each address in an hour.

use crate::clock::Millis;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};

/// How long a use is not written again.
const HOUR: Millis = 60 * 60 * 1000;
/// Pairs that are remembered; beyond them nothing is written until an hour is over.
const REMEMBERED: usize = 20_000;

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Uses {
    hasher: RandomState,
    written: Mutex<HashMap<u64, Millis>>,
}

impl Uses {
    /// Whether this use is to be written.
    pub(super) fn is_first(&self, token: &str, address: &str, now: Millis) -> bool {
        let pair = self.hasher.hash_one((token, address));
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if written.get(&pair).is_some_and(|at| now - at < HOUR) {
            return false;
        }
        if written.len() >= REMEMBERED {
            written.retain(|_, at| now - *at < HOUR);
        }
        let has_room = written.len() < REMEMBERED;
        if has_room {
            written.insert(pair, now);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_written_once_an_hour() {
        let uses = Uses::default();
        assert!(uses.is_first("ci", "10.0.0.1", 0));
        assert!(!uses.is_first("ci", "10.0.0.1", HOUR - 1));
        assert!(uses.is_first("ci", "10.0.0.2", 1));
        assert!(uses.is_first("other", "10.0.0.1", 1));
        assert!(uses.is_first("ci", "10.0.0.1", HOUR));
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let uses = Uses::default();
        let mut first = 0;
        for number in 0..REMEMBERED + 100 {
            first += usize::from(uses.is_first("ci", &number.to_string(), 0));
        }
        assert_eq!(first, REMEMBERED);
        assert!(uses.is_first("ci", "one more", HOUR));
    }
}
