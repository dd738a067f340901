//! Who has done what, for those who are asked about it later.
//!
//! [`Audit::record`] takes an [`Entry`], writes its line into the log and puts it into a queue; it never
//! waits and never fails. What waits is written to the database some hundred at a time. While the database
//! is away up to [`WAITING`] entries wait; more are lost to the database, not to the log, and an entry says
//! how many. Changes that come by HTTP are recorded by the guard in `http`; [`about`] and [`with`] say more
//! of them.

mod deed;
mod entry;
mod repeats;
mod retention;
mod uses;

pub use deed::{about, note, with};
pub use entry::{Entry, Origin, Who};

pub(crate) use deed::under;

use crate::clock::{Clock, Millis};
use crate::metrics;
use crate::store::{AuditFilter, AuditRow, Db, StoreError, in_time, list_audit, put_audit};
use app::audit::Action;
use repeats::Repeats;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use uses::Uses;

/// How many entries wait at most.
pub const WAITING: usize = 5_000;
/// How many are written at once.
const BATCH: usize = 500;
/// How long the database may take for it.
const SILENCE: Duration = Duration::from_secs(5);
/// How often what was counted together is looked through.
const TICK: Duration = Duration::from_secs(10);
/// How long it takes until a database that is away is tried again, and at most.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a reader waits for what waits to be written.
const PATIENCE: Duration = Duration::from_secs(1);

/// See the head of this file. Clones share the queue.
#[derive(Clone)]
pub struct Audit(Arc<Inner>);

struct Inner {
    db: Db,
    clock: Clock,
    queue: Mutex<Queue>,
    /// Held while the queue is written, so that entries are written once and in their order.
    writing: tokio::sync::Mutex<()>,
    wake: Notify,
    repeats: Repeats,
    uses: Uses,
    number: AtomicU64,
}

#[derive(Default)]
struct Queue {
    rows: VecDeque<AuditRow>,
    /// What the queue had no room for.
    lost: i64,
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Audit").finish_non_exhaustive()
    }
}

impl Audit {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            db,
            clock,
            queue: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            wake: Notify::new(),
            repeats: Repeats::default(),
            uses: Uses::default(),
            number: AtomicU64::new(0),
        }))
    }

    /// Records something that somebody does, or may not do. Of refusals that repeat, most are counted
    /// together.
    pub fn record(&self, entry: &Entry) {
        let now = self.0.clock.now();
        self.sum_up(now, false);
        if self.0.repeats.is_first(entry, now) {
            self.keep(entry, now, 1);
        }
    }

    /// Records that a token is shown, once an hour for each address. `token` tells it from others and is not
    /// kept; the entry is made when it is needed.
    pub(crate) fn used(&self, token: &str, address: &str, entry: impl FnOnce() -> Entry) {
        if self.0.uses.is_first(token, address, self.0.clock.now()) {
            self.record(&entry());
        }
    }

    /// Keeps what was counted together.
    fn sum_up(&self, now: Millis, all: bool) {
        for (entry, times) in self.0.repeats.over(now, all) {
            self.keep(&entry, now, times);
        }
    }

    fn keep(&self, entry: &Entry, now: Millis, times: i64) {
        let row = entry.row(self.new_id(), now, times);
        say(&row);
        metrics::audited(entry.outcome.name());
        let mut queue = self.queue();
        if queue.rows.len() < WAITING {
            queue.rows.push_back(row);
        } else {
            queue.lost += 1;
            metrics::audit_lost();
        }
        drop(queue);
        self.0.wake.notify_one();
    }

    /// Ids of one process sort in their order.
    fn new_id(&self) -> String {
        let number = self.0.number.fetch_add(1, Ordering::Relaxed);
        let random = uuid::Uuid::new_v4().simple().to_string();
        format!("{number:012x}-{}", &random[..16])
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_batch(&self) -> Vec<AuditRow> {
        self.queue().rows.iter().take(BATCH).cloned().collect()
    }

    /// Writes everything that waits.
    ///
    /// # Errors
    /// [`StoreError`]; what is not written waits on.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let _writing = self.0.writing.lock().await;
        loop {
            let batch = self.next_batch();
            if batch.is_empty() {
                let lost = std::mem::take(&mut self.queue().lost);
                if lost == 0 {
                    return Ok(());
                }
                let entry = Entry::new(Action::AuditLost, Who::system())
                    .failed("the database was away for too long; the log has these entries");
                self.keep(&entry, self.0.clock.now(), lost);
                continue;
            }
            self.write(&batch).await?;
            self.queue().rows.drain(..batch.len());
        }
    }

    /// Writes a batch. What the database refuses for good is left to the log.
    async fn write(&self, batch: &[AuditRow]) -> Result<(), StoreError> {
        match in_time(SILENCE, put_audit(&self.0.db, batch)).await {
            Err(error) if error.is_refusal() => {}
            done => return done,
        }
        for row in batch {
            let put = put_audit(&self.0.db, std::slice::from_ref(row));
            match in_time(SILENCE, put).await {
                Err(error) if error.is_refusal() => {
                    tracing::error!(%error, id = row.id, "the database refuses an entry of the audit log");
                    metrics::audit_lost();
                }
                done => done?,
            }
        }
        Ok(())
    }

    /// Entries, the newest first, with those that have only just been made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(
        &self,
        filter: &AuditFilter,
        most: usize,
    ) -> Result<Vec<AuditRow>, StoreError> {
        // What cannot be written at once is missing from the answer, and comes later.
        let _ = tokio::time::timeout(PATIENCE, self.flush()).await;
        in_time(SILENCE, list_audit(&self.0.db, filter, most)).await
    }

    /// Writes what comes, until it is to stop; then what is left.
    pub async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut pause = PAUSE;
        loop {
            let is_written = match self.flush().await {
                Ok(()) => true,
                Err(error) => {
                    let waiting = self.queue().rows.len();
                    tracing::warn!(%error, waiting, "entries of the audit log wait for the database");
                    false
                }
            };
            let wait = if is_written { TICK } else { pause };
            pause = if is_written {
                PAUSE
            } else {
                (pause * 2).min(LONGEST_PAUSE)
            };
            tokio::select! {
                () = self.0.wake.notified(), if is_written => {}
                () = tokio::time::sleep(wait) => self.sum_up(self.0.clock.now(), false),
                _ = stopping.wait_for(|stop| *stop) => break,
            }
        }
        self.sum_up(self.0.clock.now(), true);
        if let Err(error) = self.flush().await {
            let waiting = self.queue().rows.len();
            tracing::error!(%error, waiting, "entries of the audit log are left to this log: the database did not take them");
        }
    }
}

/// The line of an entry in the log.
fn say(row: &AuditRow) {
    tracing::info!(
        target: "audit",
        id = row.id,
        action = row.action,
        outcome = row.outcome,
        reason = row.reason,
        actor_kind = row.actor_kind,
        actor = row.actor,
        on_behalf = row.on_behalf,
        subject = row.subject,
        address = row.address,
        agent = row.agent,
        request_id = row.request_id,
        details = row.details,
        times = row.times,
        "{} {}",
        row.action,
        row.outcome
    );
}
