//! What is old goes: the one thing that removes entries.

use super::Audit;
use crate::clock::{Millis, millis};
use crate::store::{StoreError, claim_job, finish_job, forget_audit};
use std::time::Duration;
use tokio::sync::watch;

/// The job that one process at a time has.
const JOB: &str = "audit retention";
/// How long it belongs to a process that says nothing, and how often it is done, in milliseconds.
const LEASE: Millis = 5 * 60 * 1000;
const EVERY: Millis = 60 * 60 * 1000;
/// How often it is looked whether it is due.
const LOOK_EVERY: Duration = Duration::from_mins(10);
/// Entries that go in one transaction.
const PIECE: usize = 2_000;

impl Audit {
    /// Removes what is older than `kept`, once an hour, until it is to stop.
    pub async fn forget_old(
        self,
        kept: Duration,
        holder: String,
        mut stopping: watch::Receiver<bool>,
    ) {
        loop {
            if let Err(error) = self.forget_in_turn(kept, &holder).await {
                tracing::warn!(%error, "old entries of the audit log could not be removed");
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn forget_in_turn(&self, kept: Duration, holder: &str) -> Result<(), StoreError> {
        let (db, now) = (&self.0.db, self.0.clock.now());
        if !claim_job(db, JOB, holder, LEASE, now).await? {
            return Ok(());
        }
        let removed = self.forget(kept).await?;
        if removed > 0 {
            tracing::info!(
                removed,
                "entries of the audit log were too old and are gone"
            );
        }
        finish_job(db, JOB, holder, |now| now.saturating_add(EVERY), now).await?;
        Ok(())
    }

    /// Removes what is older than `kept`. Returns how many entries.
    ///
    /// # Errors
    /// [`StoreError`]; some may be gone.
    pub async fn forget(&self, kept: Duration) -> Result<u64, StoreError> {
        let kept = millis(kept);
        let before = self.0.clock.now().saturating_sub(kept);
        let mut removed = 0;
        loop {
            let piece = forget_audit(&self.0.db, before, PIECE).await?;
            removed += piece;
            if piece < PIECE as u64 {
                return Ok(removed);
            }
        }
    }
}
