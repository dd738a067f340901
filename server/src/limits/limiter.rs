//! One limit, and how everybody stands to it.

use super::Who;
use super::counts::{Ask, Counts};
use super::time::Time;
use crate::config::Rate;
use governor::clock::Clock as _;
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::{Quota, RateLimiter};
use std::time::Duration;

/// Counts one class of requests.
pub struct Limiter {
    rate: Rate,
    counted: RateLimiter<Ask, Counts, Time, StateInformationMiddleware>,
}

/// How somebody stands who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub rate: Rate,
    /// How many more they may ask at once.
    pub remaining: u32,
    /// Seconds until they have asked nothing, as it were.
    pub reset: u64,
}

/// Somebody has asked too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The limit; none where it is not told.
    pub rate: Option<Rate>,
    /// Seconds until they may ask again, at least 1.
    pub seconds: u64,
}

impl Limiter {
    pub(super) fn new(rate: Rate, time: Time) -> Self {
        let each = (rate.window / rate.most.get()).max(Duration::from_nanos(1));
        // There is one for every period but nothing.
        let quota = Quota::with_period(each).unwrap_or(Quota::per_second(rate.most));
        let counted = RateLimiter::new(quota.allow_burst(rate.most), Counts::new(), time);
        Self { rate, counted }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`Wait`], and then it does not count.
    pub fn take(&self, who: Who) -> Result<Standing, Wait> {
        self.ask(Ask { who, keep: true })
    }

    /// How somebody would stand with one more request.
    ///
    /// # Errors
    /// [`Wait`].
    pub fn look(&self, who: Who) -> Result<Standing, Wait> {
        self.ask(Ask { who, keep: false })
    }

    fn ask(&self, ask: Ask) -> Result<Standing, Wait> {
        match self.counted.check_key(&ask) {
            Ok(snapshot) => Ok(self.standing(&snapshot)),
            Err(wait) => {
                let left = wait.wait_time_from(self.counted.clock().now());
                Err(Wait {
                    rate: Some(self.rate),
                    seconds: seconds(left).max(1),
                })
            }
        }
    }

    fn standing(&self, snapshot: &StateSnapshot) -> Standing {
        let remaining = snapshot.remaining_burst_capacity();
        let used = self.rate.most.get().saturating_sub(remaining);
        Standing {
            rate: self.rate,
            remaining,
            reset: seconds(snapshot.quota().replenish_interval() * used),
        }
    }
}

/// Whole seconds, the last one begun.
fn seconds(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use std::num::NonZeroU32;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    fn limiter(most: u32) -> (Limiter, Arc<AtomicI64>) {
        let now = Arc::new(AtomicI64::new(5_000));
        let clock = Clock::from_fn({
            let now = Arc::clone(&now);
            move || now.load(Ordering::Relaxed)
        });
        let rate = Rate {
            most: NonZeroU32::new(most).unwrap(),
            window: Duration::from_mins(1),
        };
        (Limiter::new(rate, Time::new(clock)), now)
    }

    #[test]
    fn so_many_at_once_and_as_many_again_over_a_window() {
        let (limiter, now) = limiter(3);
        let (one, other) = (Who(1), Who(2));
        let remaining = |_| limiter.take(one).unwrap().remaining;
        assert_eq!([0, 1, 2].map(remaining), [2, 1, 0]);
        assert_eq!(limiter.take(one).unwrap_err().seconds, 20);
        assert_eq!(limiter.look(one).unwrap_err().seconds, 20);
        let standing = limiter.take(other).unwrap();
        assert_eq!((standing.remaining, standing.reset), (2, 20));
        now.fetch_add(19_001, Ordering::Relaxed);
        assert_eq!(limiter.take(one).unwrap_err().seconds, 1);
        now.fetch_add(999, Ordering::Relaxed);
        assert!(limiter.look(one).is_ok() && limiter.look(one).is_ok());
        assert!(limiter.take(one).is_ok() && limiter.take(one).is_err());
        now.fetch_add(60_000, Ordering::Relaxed);
        assert_eq!([0, 1, 2].map(remaining), [2, 1, 0], "no more is saved up");
    }

    #[test]
    fn any_number_of_clients_fits_and_the_worst_stays_known() {
        let (limiter, _) = limiter(10);
        let worst = Who(7);
        while limiter.take(worst).is_ok() {}
        for client in 0..200_000_u64 {
            // Spread over the shards as hashes are.
            let _ = limiter.take(Who(client.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        }
        assert!(limiter.take(worst).is_err());
        let kept = limiter.counted.into_state_store().len();
        assert!(kept <= 32_768 && kept > 16_000, "{kept}");
    }
}
