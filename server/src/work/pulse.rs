//! Keeps the leases of this process, and tells whether work goes on as it should.

use super::{Timing, Worker};
use crate::metrics;
use crate::readiness::Part;
use crate::store::{Queue, StoreError, get_queue, heartbeat_sources};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often the queue is looked at.
const BEAT: Duration = Duration::from_secs(2);
/// A database that takes longer to answer counts as away.
const PATIENCE: Duration = Duration::from_secs(4);
/// So many intervals may sources be overdue while nothing is done.
const OVERDUE: u32 = 3;
/// And at least that long.
const MIN_OVERDUE: Duration = Duration::from_mins(1);

/// Beats until `stop` says so.
pub(super) async fn run(worker: Worker, mut stop: watch::Receiver<bool>) {
    let lease = Duration::from_millis(u64::try_from(worker.holder.lease).unwrap_or(0));
    // Two heartbeats may fail before anybody else takes over.
    let every = (lease / 4).min(BEAT).max(Duration::from_millis(20));
    let mut watch = Watch::new(worker.timing, Instant::now());
    loop {
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let beat = AssertUnwindSafe(beat(&worker, &mut watch));
        if beat.catch_unwind().await.is_err() {
            tracing::error!("keeping leases panicked; going on");
        }
    }
}

async fn beat(worker: &Worker, watch: &mut Watch) {
    let beating = tokio::time::timeout(PATIENCE, keep(worker));
    match beating.await {
        Ok(Ok(queue)) => {
            worker.readiness.recovered(Part::Connection);
            metrics::queue(queue.due, millis(queue.oldest));
            let progress = worker.progress.load(Ordering::Relaxed);
            let stalled = watch.look(progress, queue, Instant::now());
            worker.readiness.stalled(stalled);
        }
        Ok(Err(error)) => worker.readiness.degraded(Part::Connection, &error),
        Err(_) => worker
            .readiness
            .degraded(Part::Connection, &"the database takes too long to answer"),
    }
}

async fn keep(worker: &Worker) -> Result<Queue, StoreError> {
    heartbeat_sources(&worker.db, &worker.holder, worker.clock.now()).await?;
    get_queue(&worker.db, worker.clock.now()).await
}

impl Worker {
    /// Whether the database answers.
    pub(super) async fn is_up(&self) -> bool {
        let queue = tokio::time::timeout(PATIENCE, get_queue(&self.db, self.clock.now()));
        matches!(queue.await, Ok(Ok(_)))
    }
}

/// Whether anything is being done.
struct Watch {
    /// How far the work was when it was last seen to go on.
    progress: u64,
    since: Instant,
    /// For how long nothing may be done while something is overdue.
    limit: Duration,
}

impl Watch {
    fn new(timing: Timing, now: Instant) -> Self {
        Self {
            progress: 0,
            since: now,
            limit: (timing.base() * OVERDUE).max(MIN_OVERDUE),
        }
    }

    /// Why the work counts as stalled, if it does.
    fn look(&mut self, progress: u64, queue: Queue, now: Instant) -> Option<String> {
        if progress != self.progress || queue.due == 0 {
            self.progress = progress;
            self.since = now;
            return None;
        }
        let still = now.duration_since(self.since);
        (still > self.limit && millis(queue.oldest) > self.limit).then(|| {
            format!(
                "{} sources wait to be read, and nothing was done for {} seconds",
                queue.due,
                still.as_secs()
            )
        })
    }
}

fn millis(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_has_stalled_when_something_is_overdue_and_nothing_is_done() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let timing = Timing {
            interval: Some(Duration::from_secs(30)),
        };
        let queue = |due, seconds: i64| Queue {
            due,
            oldest: seconds * 1000,
        };
        let mut watch = Watch::new(timing, start);
        assert_eq!(watch.look(1, queue(7, 1_000), at(1)), None);
        assert_eq!(
            watch.look(1, queue(7, 1_000), at(80)),
            None,
            "not for long enough"
        );
        assert!(
            watch
                .look(1, queue(7, 1_000), at(100))
                .unwrap()
                .contains("99 seconds")
        );
        assert_eq!(
            watch.look(1, queue(7, 50), at(100)),
            None,
            "it has only become due"
        );
        assert_eq!(watch.look(2, queue(7, 1_000), at(110)), None, "it goes on");
        assert_eq!(
            watch.look(2, queue(0, 0), at(500)),
            None,
            "there is nothing to do"
        );
        assert_eq!(watch.look(2, queue(7, 1_000), at(510)), None);
    }
}
