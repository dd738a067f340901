//! How much is asked of a service at once, and when it is asked again after it has said to wait.

use super::call::Credential;
use super::client::peek;
use super::error::FetchError;
use super::redirect::Step;
use super::{authority, header};
use crate::clock::Millis;
use crate::metrics;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

/// Requests at the same time for one credential at one service.
const PARALLEL: usize = 16;
/// How long to wait when a service does not say.
const DEFAULT_WAIT: Millis = 60_000;
/// No service may keep us away for longer by one answer.
const LONGEST_WAIT: Millis = 3_600_000;
/// Services limit each credential by itself; more than these are forgotten when idle.
const MAX_BUDGETS: usize = 1024;

/// The budget of each credential at each service.
#[derive(Default)]
pub(super) struct Budgets(Mutex<HashMap<Key, Arc<Budget>>>);

/// A service, and the digest of who asks.
type Key = (String, Option<[u8; 32]>);

pub(super) struct Budget {
    permits: Semaphore,
    /// When the service is asked again.
    until: AtomicI64,
}

impl Budgets {
    pub(super) fn of(&self, url: &Url, credential: Option<&Credential>) -> Arc<Budget> {
        let who = credential.map(|it| Sha256::digest(it.value.expose()).into());
        let key = (authority(url).unwrap_or_default(), who);
        let mut budgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if budgets.len() >= MAX_BUDGETS && !budgets.contains_key(&key) {
            budgets.retain(|_, budget| Arc::strong_count(budget) > 1);
        }
        Arc::clone(budgets.entry(key).or_insert_with(|| {
            Arc::new(Budget {
                permits: Semaphore::new(PARALLEL),
                until: AtomicI64::new(Millis::MIN),
            })
        }))
    }
}

impl Budget {
    /// Waits until fewer than the limit are under way.
    pub(super) async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.permits.acquire().await.ok()
    }

    /// Whether the service may be asked now.
    pub(super) fn check(&self, url: &Url, now: Millis) -> Result<(), FetchError> {
        let until = self.until.load(Ordering::Relaxed);
        if now < until {
            return Err(limited(url, until));
        }
        Ok(())
    }

    /// Takes note when an answer says to wait, and makes an error of it. Any other is as it was.
    pub(super) async fn heed(
        &self,
        step: &Step,
        response: Response,
        now: Millis,
    ) -> Result<Response, FetchError> {
        let (status, headers) = (response.status(), response.headers());
        if let (Some(left), Some(host)) = (remaining(headers), authority(&step.url)) {
            metrics::outbound_remaining(&host, left);
        }
        let wait = wait(headers, now);
        let says_to_wait = match status {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::FORBIDDEN | StatusCode::SERVICE_UNAVAILABLE if wait.is_some() => true,
            // GitHub's secondary limits may come without any header.
            StatusCode::FORBIDDEN => {
                let (start, whole) = peek(response).await?;
                let start = String::from_utf8_lossy(&start).to_lowercase();
                if !start.contains("rate limit") {
                    return Ok(whole);
                }
                return Err(self.put_off(step, wait, now));
            }
            _ => false,
        };
        if !says_to_wait {
            return Ok(response);
        }
        Err(self.put_off(step, wait, now))
    }

    /// Nothing is asked for that long.
    fn put_off(&self, step: &Step, wait: Option<Millis>, now: Millis) -> FetchError {
        let wait = wait.unwrap_or(DEFAULT_WAIT).clamp(1_000, LONGEST_WAIT);
        let until = now.saturating_add(wait);
        self.until.fetch_max(until, Ordering::Relaxed);
        tracing::warn!(
            host = step.url.host_str(),
            wait_s = wait / 1000,
            "a service asks to wait"
        );
        limited(&step.url, until)
    }
}

fn limited(url: &Url, until: Millis) -> FetchError {
    FetchError::RateLimited {
        host: authority(url).unwrap_or_default(),
        until,
    }
}

/// What the headers say to be left of a limit.
fn remaining(headers: &HeaderMap) -> Option<i64> {
    let mut names = ["x-ratelimit-remaining", "ratelimit-remaining"].iter();
    names.find_map(|name| header(headers, name)?.trim().parse().ok())
}

/// How long the headers say to wait: `Retry-After` (RFC 9110, 10.2.3), or until the reset of a limit
/// of which nothing remains, as GitHub, GitLab, Azure and Gitea tell it.
fn wait(headers: &HeaderMap, now: Millis) -> Option<Millis> {
    if let Some(after) = header(headers, "retry-after") {
        if let Ok(seconds) = after.trim().parse::<u32>() {
            return Some(Millis::from(seconds) * 1000);
        }
        if let Ok(date) = OffsetDateTime::parse(after.trim(), &Rfc2822) {
            return Some(date.unix_timestamp() * 1000 - now);
        }
    }
    ["x-ratelimit-", "ratelimit-"].iter().find_map(|prefix| {
        let number = |name: &str| {
            let value = header(headers, &format!("{prefix}{name}"))?;
            value.trim().parse::<i64>().ok()
        };
        let reset = number("reset").filter(|_| number("remaining") == Some(0))?;
        Some(reset.saturating_mul(1000).saturating_sub(now))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use reqwest::header::{HeaderName, HeaderValue};

    #[test]
    fn every_way_to_say_when_is_understood() {
        let now = 1_700_000_000_000;
        let check = |headers: &[(&'static str, &'static str)], expected: Option<Millis>| {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(wait(&headers, now), expected, "{headers:?}");
        };
        check(&[("retry-after", "120")], Some(120_000));
        // 1_700_000_000 is Tue, 14 Nov 2023 22:13:20 GMT.
        check(
            &[("retry-after", "Tue, 14 Nov 2023 22:14:20 GMT")],
            Some(60_000),
        );
        let reset = ("x-ratelimit-reset", "1700000030");
        check(&[("x-ratelimit-remaining", "0"), reset], Some(30_000));
        check(&[("x-ratelimit-remaining", "12"), reset], None);
        check(
            &[
                ("ratelimit-remaining", "0"),
                ("ratelimit-reset", "1700000001"),
            ],
            Some(1_000),
        );
        check(&[("retry-after", "soon")], None);
        check(&[], None);
    }

    #[test]
    fn budgets_are_kept_apart_and_bounded() {
        let budgets = Budgets::default();
        let url = |host: &str| Url::parse(&format!("https://{host}/")).unwrap();
        let credential = Credential::authorization("Bearer", "t");
        let with = budgets.of(&url("a"), Some(&credential));
        let without = budgets.of(&url("a"), None);
        assert!(!Arc::ptr_eq(&with, &without));
        assert!(Arc::ptr_eq(
            &with,
            &budgets.of(&url("a"), Some(&credential))
        ));
        for index in 0..3 * MAX_BUDGETS {
            budgets.of(&url(&format!("h{index}")), None);
        }
        assert!(budgets.0.lock().unwrap().len() <= MAX_BUDGETS);
        assert!(Arc::ptr_eq(&without, &budgets.of(&url("a"), None)));
    }
}
