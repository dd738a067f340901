//! Leases sources that are due and reads them, a few at a time, results in the order of leasing.

use super::{SILENCE, Worker};
use crate::ingest::{Due, Outcome, SourceUpdate, ingest_due};
use crate::metrics;
use crate::store::{Finished, Leased, claim_sources, in_time};
use app::catalog::{ErrorName, Problem, Severity};
use futures::StreamExt;
use futures::stream::FuturesOrdered;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Sender;
use tokio::sync::watch;

/// Results that wait to be written while others are read.
pub(super) const QUEUE: usize = 64;
/// Sources that are read at the same time.
const PARALLEL: usize = 8;
/// Sources that are leased at a time; when fewer than half are left, more are.
const LEASE_AT_ONCE: usize = 64;

/// A time of work is no longer than an interval, or this: where sources are due again faster than
/// they can be read, it would never end.
const MIN_TIME: Duration = Duration::from_mins(1);

/// Reads what is due until nothing is, and nothing that is being written can lead to more.
/// `written` says how many of the results have been written.
pub(super) async fn read_due(
    worker: &Worker,
    results: Sender<Finished>,
    mut written: watch::Receiver<usize>,
) {
    let mut leased: VecDeque<Leased> = VecDeque::new();
    let mut reading = FuturesOrdered::new();
    let mut sent = 0;
    // How many had been written when nothing more was due.
    let mut exhausted_at = None;
    let end = Instant::now() + worker.timing.base().max(MIN_TIME);
    loop {
        let seen = *written.borrow_and_update();
        if Instant::now() > end {
            exhausted_at = Some(seen);
        }
        if leased.len() < LEASE_AT_ONCE / 2 && exhausted_at != Some(seen) {
            let claimed = worker
                .until_done("no sources could be leased", || {
                    let now = worker.clock.now();
                    let claim = claim_sources(&worker.db, &worker.holder, LEASE_AT_ONCE, now);
                    in_time(SILENCE, claim)
                })
                .await;
            exhausted_at = claimed.is_empty().then_some(seen);
            leased.extend(claimed);
        }
        while reading.len() < PARALLEL
            && let Some(next) = leased.pop_front()
        {
            reading.push_back(read(worker.clone(), next));
        }
        metrics::leases_held(leased.len() + reading.len());
        if let Some(finished) = reading.next().await {
            if results.send(finished).await.is_err() {
                return;
            }
            sent += 1;
        } else if exhausted_at == Some(seen) {
            if seen == sent {
                return;
            }
            // What is still being written may lead to more.
            if written.changed().await.is_err() {
                return;
            }
        }
    }
}

async fn read(worker: Worker, leased: Leased) -> Finished {
    let due = leased.due.clone();
    let reading = tokio::spawn({
        let (origins, context) = (Arc::clone(&worker.origins), worker.context.clone());
        async move { ingest_due(due, &origins, &context).await }
    });
    let update = match reading.await {
        Ok(update) => update,
        Err(error) => {
            tracing::error!(%error, location = leased.due.location.shown(), "reading a source panicked");
            unreadable(
                &leased.due,
                "cannot be read: there is a fault in Callboard; please report it",
            )
        }
    };
    let failures = match update.outcome {
        Outcome::Unreadable => leased.failures.saturating_add(1),
        _ => 0,
    };
    Finished {
        again_in: worker.timing.again_in(&leased.due.location, failures),
        leased,
        update,
    }
}

/// What stands in for a source of which nothing can be said: what was there stays.
pub(super) fn unreadable(due: &Due, message: &str) -> SourceUpdate {
    let problem = Problem {
        severity: Severity::Error,
        source: due.location.to_string(),
        line: None,
        entity_ref: due.named_by.as_ref().map(ToString::to_string),
        message: message.to_owned(),
        error: ErrorName::default(),
    };
    SourceUpdate {
        location: due.location.clone(),
        origin: due.origin.clone(),
        parent: due.parent.clone(),
        etag: None,
        content_hash: None,
        outcome: Outcome::Unreadable,
        problems: vec![problem],
    }
}
