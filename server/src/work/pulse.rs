//! Keeps the leases of this process, and tells whether work goes on as it should.

use super::Worker;
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
    let mut watch = Watch::new(&worker);
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
            worker.readiness.stalled(watch.look(worker, queue));
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
    progress: u64,
    since: Instant,
}

impl Watch {
    fn new(worker: &Worker) -> Self {
        Self {
            progress: worker.progress.load(Ordering::Relaxed),
            since: Instant::now(),
        }
    }

    /// Why the work counts as stalled, if it does.
    fn look(&mut self, worker: &Worker, queue: Queue) -> Option<String> {
        let progress = worker.progress.load(Ordering::Relaxed);
        if progress != self.progress || queue.due == 0 {
            *self = Self::new(worker);
            return None;
        }
        let limit = (worker.timing.base() * OVERDUE).max(MIN_OVERDUE);
        let still = self.since.elapsed();
        (still > limit && millis(queue.oldest) > limit).then(|| {
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
