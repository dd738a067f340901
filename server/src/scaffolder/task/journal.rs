//! Writes what comes of tasks into the database: of many tasks together, in one transaction.
//!
//! A task hands over what it tells and goes on; when it needs to know that something is kept, it waits
//! for the transaction that holds it. However many tasks run, there is one writer, so that the disk is
//! waited for once for all of them.

use crate::clock::Clock;
use crate::store::{Db, Progress, StoreError, write_progress};
use std::collections::HashSet;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Parts that wait to be written; who has more waits.
const WAITING: usize = 4096;
/// How many of them go into one transaction.
const BATCH: usize = 512;
/// How long until a database that did not answer is tried again: at first, and at most.
const RETRY: Duration = Duration::from_millis(200);
const MAX_RETRY: Duration = Duration::from_secs(5);

/// The task belongs to somebody else, or the writer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotKept;

struct Entry {
    progress: Progress,
    /// Is told when it is written.
    done: Option<oneshot::Sender<Result<(), NotKept>>>,
}

/// Hands over to the writer.
#[derive(Clone)]
pub struct Journal {
    entries: mpsc::Sender<Entry>,
}

/// What is told of every transaction that was written: the tasks in it.
pub type Written = Box<dyn Fn(&[String]) + Send + Sync>;

impl Journal {
    /// Starts the writer of a holder. It ends when the last handle is gone.
    pub fn start(db: Db, clock: Clock, holder: String, written: Written) -> Self {
        let (entries, receiver) = mpsc::channel(WAITING);
        tokio::spawn(write_all(db, clock, holder, receiver, written));
        Self { entries }
    }

    /// Hands over what need not be kept at once.
    ///
    /// # Errors
    /// The same again when too much waits already.
    pub fn try_tell(&self, progress: Progress) -> Result<(), Box<Progress>> {
        let entry = Entry {
            progress,
            done: None,
        };
        self.entries
            .try_send(entry)
            .map_err(|error| Box::new(error.into_inner().progress))
    }

    /// Hands over and waits until it is in the database.
    ///
    /// # Errors
    /// [`NotKept`]: the task is to be given up.
    pub async fn keep(&self, progress: Progress) -> Result<(), NotKept> {
        let (done, kept) = oneshot::channel();
        let entry = Entry {
            progress,
            done: Some(done),
        };
        self.entries.send(entry).await.map_err(|_| NotKept)?;
        kept.await.map_err(|_| NotKept)?
    }
}

async fn write_all(
    db: Db,
    clock: Clock,
    holder: String,
    mut receiver: mpsc::Receiver<Entry>,
    written: Written,
) {
    let mut batch = Vec::with_capacity(BATCH);
    while receiver.recv_many(&mut batch, BATCH).await > 0 {
        let (progress, done): (Vec<_>, Vec<_>) = batch
            .drain(..)
            .map(|entry| {
                let id = entry.progress.task_id.clone();
                (entry.progress, (id, entry.done))
            })
            .unzip();
        let progress = joined(progress);
        let lost = write(&db, &clock, &holder, &progress).await;
        let kept: Vec<String> = progress
            .iter()
            .map(|it| it.task_id.clone())
            .filter(|id| !lost.contains(id))
            .collect();
        written(&kept);
        for (id, done) in done {
            let result = if lost.contains(&id) {
                Err(NotKept)
            } else {
                Ok(())
            };
            if let Some(done) = done {
                let _ = done.send(result);
            }
        }
    }
}

/// What belongs to one task as one, in the order in which it came.
fn joined(progress: Vec<Progress>) -> Vec<Progress> {
    let mut joined: Vec<Progress> = Vec::new();
    for next in progress {
        // One that has ended and was begun again is not the same.
        let known = joined
            .iter_mut()
            .rfind(|it| it.task_id == next.task_id && it.end.is_none());
        match known {
            None => joined.push(next),
            Some(known) => {
                known.events.extend(next.events);
                known.steps.extend(next.steps);
                known.checkpoints.extend(next.checkpoints);
                known.workspace = next.workspace.or_else(|| known.workspace.take());
                known.end = next.end;
            }
        }
    }
    joined
}

/// Writes until it has worked; returns the tasks that are not the holder's any more. What the database
/// refuses of one task is not a reason to lose the others: then each is written by itself.
async fn write(db: &Db, clock: &Clock, holder: &str, progress: &[Progress]) -> HashSet<String> {
    match persist(db, clock, holder, progress).await {
        Ok(lost) => lost,
        Err(_) if progress.len() > 1 => {
            let mut lost = HashSet::new();
            for one in progress {
                let one = std::slice::from_ref(one);
                match persist(db, clock, holder, one).await {
                    Ok(of_one) => lost.extend(of_one),
                    Err(_) => lost.extend(one.iter().map(|it| it.task_id.clone())),
                }
            }
            lost
        }
        Err(_) => progress.iter().map(|it| it.task_id.clone()).collect(),
    }
}

/// # Errors
/// [`StoreError`] when the database refuses it; one that is away is waited for.
async fn persist(
    db: &Db,
    clock: &Clock,
    holder: &str,
    progress: &[Progress],
) -> Result<HashSet<String>, StoreError> {
    let mut retry = RETRY;
    loop {
        match write_progress(db, holder, progress, clock.now()).await {
            Ok(lost) => return Ok(lost),
            Err(error) if error.is_refusal() => {
                tracing::error!(%error, "what came of a task cannot be written");
                return Err(error);
            }
            Err(error) => {
                tracing::warn!(%error, "what came of tasks could not be written; trying again");
            }
        }
        tokio::time::sleep(retry).await;
        retry = (retry * 2).min(MAX_RETRY);
    }
}
