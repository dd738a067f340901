//! The load: connections that ask again as soon as they are answered.

use std::net::SocketAddr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::client::Client;
use super::random::Random;

pub(super) const CONNECTIONS: usize = 16;
/// A connection ends earlier after this many requests.
const MOST: usize = 500_000;

/// What one run has shown.
pub(super) struct Run {
    pub(super) per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) requests: usize,
    /// The mean length of an answer, in bytes.
    pub(super) bytes: u64,
}

/// Asks for `paths`, picked at random, on [`CONNECTIONS`] connections for the time.
///
/// # Errors
/// When an answer is anything but 200.
pub(super) fn run(address: SocketAddr, paths: &[String], time: Duration) -> Result<Run> {
    run_until(address, paths, time, &AtomicBool::new(false))
}

/// The same, but no longer than until `enough`.
pub(super) fn run_until(
    address: SocketAddr,
    paths: &[String],
    time: Duration,
    enough: &AtomicBool,
) -> Result<Run> {
    let together = Barrier::new(CONNECTIONS);
    let started = Instant::now();
    let results: Vec<Result<(Vec<u32>, u64)>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS)
            .map(|number| {
                let together = &together;
                scope.spawn(move || {
                    let until = Until { time, enough };
                    connection(number, address, paths, &until, together)
                })
            })
            .collect();
        let joined = threads.into_iter().map(|thread| {
            let ended = thread.join();
            ended.unwrap_or_else(|_| bail!("a connection's thread panicked"))
        });
        joined.collect()
    });
    let took = started.elapsed().as_secs_f64();
    let mut micros = Vec::new();
    let mut bytes = 0;
    for result in results {
        let (of_one, length) = result?;
        micros.extend(of_one);
        bytes += length;
    }
    micros.sort_unstable();
    let requests = micros.len();
    #[expect(clippy::cast_precision_loss, reason = "counts of requests are small")]
    let per_second = requests as f64 / took;
    Ok(Run {
        per_second,
        p50_ms: percentile(&micros, 50),
        p99_ms: percentile(&micros, 99),
        requests,
        bytes: bytes / u64::try_from(requests.max(1))?,
    })
}

/// When to stop asking.
struct Until<'a> {
    time: Duration,
    enough: &'a AtomicBool,
}

/// The time of each answer in microseconds, and their lengths together.
fn connection(
    number: usize,
    address: SocketAddr,
    paths: &[String],
    until: &Until<'_>,
    together: &Barrier,
) -> Result<(Vec<u32>, u64)> {
    let client = Client::connect(address);
    // Before anything can fail, else the others would wait for ever.
    together.wait();
    let mut client = client.with_context(|| format!("cannot connect to {address}"))?;
    let mut random = Random::seeded(u64::try_from(number)?);
    let mut times = Vec::new();
    let mut bytes = 0;
    let started = Instant::now();
    while started.elapsed() < until.time
        && !until.enough.load(Ordering::Relaxed)
        && times.len() < MOST
    {
        let path = random.pick(paths);
        let asked = Instant::now();
        let answer = client
            .get(path)
            .with_context(|| format!("no answer for {path}"))?;
        if answer.status != 200 {
            bail!("{path} was answered with {}", answer.status);
        }
        times.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        bytes += answer.length;
    }
    Ok((times, bytes))
}

/// In milliseconds, of sorted microseconds.
pub(super) fn percentile(micros: &[u32], percent: usize) -> f64 {
    let at = (micros.len() * percent).div_ceil(100).saturating_sub(1);
    micros
        .get(at)
        .map_or(0.0, |micros| f64::from(*micros) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_of_few_and_many() {
        let check = |micros: &[u32], percent, expected: f64| {
            let found = percentile(micros, percent);
            assert!((found - expected).abs() < 1e-9, "{found} of {micros:?}");
        };
        check(&[], 50, 0.0);
        check(&[2000], 99, 2.0);
        check(&[1000, 2000, 3000, 4000], 50, 2.0);
        let hundred: Vec<u32> = (1..=100).map(|ms| ms * 1000).collect();
        check(&hundred, 99, 99.0);
    }
}
