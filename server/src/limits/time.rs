//! Time as limits count it: it goes on with the clock of the house, and never back.

use crate::clock::{Clock, Millis};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// More than a window is as good as any time, and a clock that is set years ahead must not overflow.
const STEP: Millis = 2 * 24 * 60 * 60 * 1000;

/// See the head of this file.
#[derive(Clone)]
pub(super) struct Time {
    clock: Clock,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    at: Millis,
    passed: Duration,
}

impl Time {
    pub(super) fn new(clock: Clock) -> Self {
        let at = clock.now();
        let passed = Duration::ZERO;
        Self {
            clock,
            seen: Arc::new(Mutex::new(Seen { at, passed })),
        }
    }
}

impl governor::clock::Clock for Time {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let step = now.saturating_sub(seen.at).clamp(0, STEP);
        seen.at = now;
        seen.passed += Duration::from_millis(step.unsigned_abs());
        seen.passed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::Clock as _;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[test]
    fn a_clock_that_is_set_otherwise_locks_nobody_out() {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let time = Time::new(Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        }));
        let set = |at: i64| {
            now.store(at, Ordering::Relaxed);
            time.now().as_millis()
        };
        assert_eq!(set(1_000_500), 500);
        assert_eq!(set(0), 500, "an hour back, say");
        assert_eq!(set(700), 1_200, "and goes on from there");
        let ahead = set(i64::MAX);
        assert_eq!(ahead, 1_200 + u128::from(STEP.unsigned_abs()));
        assert_eq!(set(i64::MIN), ahead);
    }
}
