//! Looks again when that is due, in one process at a time.

use super::github::ListError;
use crate::clock::{Clock, Millis};
use crate::config::Schedule;
use crate::metrics;
use crate::store::{
    Db, StoreError, bring_forward_job, claim_job, finish_job, heartbeat_job, release_job,
};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often it is asked whether a round is due.
const LOOK: Duration = Duration::from_secs(10);
/// After a round it is waited that many times as long as it took: events may ask for one after the
/// other.
const REST: u32 = 3;
/// A process that has died is not waited for longer.
const LEASE: Millis = 60_000;
/// When a round that failed is tried again, in milliseconds, unless it would be sooner anyway.
const RETRY: Millis = 5 * 60_000;
/// A round that is left to events is due when one asks for it.
const NEVER: Millis = Millis::MAX;

/// Something that is listed over and over again.
pub(super) trait Round: Sync {
    fn turn(&self) -> Turn<'_>;

    /// One whole listing, and what follows from it.
    fn make(&self) -> impl Future<Output = Result<(), RoundError>> + Send;

    /// Keeps note of a round that has failed.
    fn failed(&self, _error: &RoundError) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Whose turn it is, and when.
pub(super) struct Turn<'a> {
    /// The name of the job in the store.
    pub(super) name: String,
    /// Where it is configured.
    pub(super) key: String,
    /// What metrics call it.
    pub(super) metric: &'static str,
    pub(super) schedule: &'a Schedule,
    pub(super) db: &'a Db,
    pub(super) clock: &'a Clock,
    /// The name of this process among those on the database.
    pub(super) holder: &'a str,
}

/// Why a round has not come to its end; what was known stays.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    #[error("{0}")]
    List(#[from] ListError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("GitHub counts more {0} than it shows; what was found is added, and nothing removed")]
    Incomplete(&'static str),
    #[error("it took longer than {} s; give it a longer schedule.timeout", .0.as_secs())]
    TooSlow(Duration),
    #[error("another process has taken it over")]
    TakenOver,
}

/// Makes a round whenever one is due and nobody else makes it, until `stop` says so.
pub(super) async fn run(round: &impl Round, mut stop: watch::Receiver<bool>) {
    let turn = round.turn();
    let mut wait = turn.schedule.initial_delay;
    if let Err(error) = turn.reschedule().await {
        tracing::warn!(%error, provider = turn.name, "a provider keeps the time that was set before");
    }
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait.take().unwrap_or_default()) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let start = Instant::now();
        let made = tokio::select! {
            look = look(round) => Some(look),
            _ = stop.wait_for(|stop| *stop) => None,
        };
        let Some(made) = made else {
            let _ = release_job(turn.db, &turn.name, turn.holder).await;
            return;
        };
        let made = made.unwrap_or_else(|error| {
            tracing::warn!(%error, provider = turn.name, "whether a provider is due is not known");
            false
        });
        let rest = if made { start.elapsed() * REST } else { LOOK };
        wait = Some(LOOK.max(rest));
    }
}

/// Makes a round if one is due and nobody else makes it. Returns whether one was made.
pub(super) async fn look(round: &impl Round) -> Result<bool, StoreError> {
    let turn = round.turn();
    let (db, name, holder) = (turn.db, turn.name.as_str(), turn.holder);
    if !claim_job(db, name, holder, LEASE, turn.clock.now()).await? {
        return Ok(false);
    }
    let start = Instant::now();
    let limit = turn.schedule.timeout;
    let made = tokio::select! {
        made = tokio::time::timeout(limit, round.make()) => {
            made.unwrap_or(Err(RoundError::TooSlow(limit)))
        }
        () = turn.keep() => Err(RoundError::TakenOver),
    };
    metrics::job_done(turn.metric, made.is_ok(), start.elapsed());
    if let Err(error) = &made {
        tracing::warn!(
            %error,
            "{} cannot be listed; what was found before stays",
            turn.key
        );
        round.failed(error).await;
    }
    let next = |now: Millis| match &made {
        Ok(()) => turn.next(now),
        Err(_) => turn.next(now).min(now.saturating_add(RETRY)),
    };
    finish_job(db, name, holder, next, turn.clock.now()).await?;
    Ok(true)
}

impl Turn<'_> {
    fn next(&self, now: Millis) -> Millis {
        self.schedule.frequency.next(now).unwrap_or(NEVER)
    }

    /// Sees to it that a round is not waited for longer than the schedule of this process says.
    async fn reschedule(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        bring_forward_job(self.db, &self.name, |now| self.next(now), now).await
    }

    /// Says again and again that this process is at it; ends when it is not its own any more.
    async fn keep(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(20)).await;
            let now = self.clock.now();
            let kept = heartbeat_job(self.db, &self.name, self.holder, LEASE, now);
            if matches!(kept.await, Ok(false)) {
                return;
            }
        }
    }
}
