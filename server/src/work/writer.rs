//! Writes what was read, in batches, and shows it every now and then while there is more.

use super::reader::{QUEUE, unreadable};
use super::{MAX_RETRY, RETRY, Round, SILENCE, Worker};
use crate::follow::Follower;
use crate::ingest::Outcome;
use crate::metrics;
use crate::readiness::Part;
use crate::store::{Finished, StoreError, Written, finish_sources, in_time};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;
use tokio::sync::watch;

/// When pages begin to see what a long time of work has brought so far.
const SHOW_AFTER: Duration = Duration::from_millis(500);
/// After so many failures in a row it is tried whether a part of the batch is to blame.
const SUSPECT_AFTER: u32 = 5;

pub(super) fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// Writes all that comes until nothing does; says in `written` how many that were.
pub(super) async fn write_all(
    worker: &Worker,
    mut results: Receiver<Finished>,
    written: watch::Sender<usize>,
) -> Round {
    let follower = Follower::new(worker.db.clone(), worker.catalog.clone());
    let mut round = Round::default();
    let mut show_at = Instant::now() + SHOW_AFTER;
    let mut batch = Vec::new();
    while results.recv_many(&mut batch, QUEUE).await > 0 {
        write(worker, &batch).await;
        round.sources += batch.len();
        let is_new = |it: &&Finished| it.update.outcome != Outcome::Unchanged;
        round.changed += batch.iter().filter(is_new).count();
        batch.clear();
        worker.progress.fetch_add(1, Ordering::Relaxed);
        written.send_replace(round.sources);
        if round.changed > 0 && Instant::now() > show_at {
            let start = Instant::now();
            if let Err(error) = follower.catch_up().await {
                tracing::warn!(%error, "what was read does not show yet");
            }
            // The larger the catalog, the rarer: showing must not slow the reading down.
            show_at = Instant::now() + SHOW_AFTER + start.elapsed() * 10;
        }
    }
    round
}

/// Writes a batch, however long the database is away. If it refuses the batch, source by source,
/// so that one source it cannot take does not keep the others out.
async fn write(worker: &Worker, batch: &[Finished]) {
    let mut retry = RETRY;
    let mut failures = 0;
    loop {
        match finish(worker, batch).await {
            Ok(written) => {
                metrics::leases_lost(written.lost);
                worker.readiness.recovered(Part::Writing);
                return;
            }
            Err(error)
                if error.is_refusal() || failures >= SUSPECT_AFTER && worker.is_up().await =>
            {
                metrics::batch_failed();
                for one in batch {
                    write_one(worker, one).await;
                }
                return;
            }
            Err(error) => {
                failures += 1;
                metrics::batch_failed();
                tracing::error!(%error, "what was read could not be written; trying again");
                worker.readiness.degraded(Part::Writing, &error);
            }
        }
        tokio::time::sleep(retry).await;
        retry = (retry * 2).min(MAX_RETRY);
    }
}

/// Writes one source of a batch that was refused; when it is refused itself, that is its problem.
async fn write_one(worker: &Worker, one: &Finished) {
    let Err(error) = finish(worker, std::slice::from_ref(one)).await else {
        return;
    };
    tracing::error!(%error, location = one.leased.due.location.shown(), "a source cannot be stored");
    let stand_in = Finished {
        update: unreadable(
            &one.leased.due,
            "the database does not take what this source holds; look for control characters and \
             for names that are far too long",
        ),
        ..one.clone()
    };
    if let Err(error) = finish(worker, &[stand_in]).await {
        // Its lease runs out, and somebody tries again.
        tracing::error!(%error, location = one.leased.due.location.shown(), "a source stays unwritten");
    }
}

async fn finish(worker: &Worker, batch: &[Finished]) -> Result<Written, StoreError> {
    let start = Instant::now();
    let now = worker.clock.now();
    let written = finish_sources(
        &worker.db,
        &worker.holder,
        batch,
        worker.orphans,
        now,
        new_id,
    );
    let written = in_time(SILENCE, written).await?;
    metrics::batch_written(batch.len() - written.lost, start.elapsed());
    Ok(written)
}
