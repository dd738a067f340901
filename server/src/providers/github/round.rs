//! Looks for repositories when that is due, in one process at a time.

use super::{Discovery, ListError, list_repositories};
use crate::clock::{Clock, Millis};
use crate::metrics;
use crate::outbound::Outbound;
use crate::scm::Scm;
use crate::store::{
    Db, ProviderLocation, StoreError, bring_forward_job, change_provider_locations, claim_job,
    finish_job, heartbeat_job, list_locations, put_provider_locations, release_job,
};
use crate::work::Wake;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How often it is asked whether a round is due.
const LOOK: Duration = Duration::from_secs(10);
/// A process that has died is not waited for longer.
const LEASE: Millis = 60_000;
/// When a round that failed is tried again, in milliseconds, unless it would be sooner anyway.
const RETRY: Millis = 5 * 60_000;
/// A round that is left to events is due when one asks for it.
const NEVER: Millis = Millis::MAX;
/// Listings that are made anew since an event came in between.
const ATTEMPTS: usize = 3;

/// One discovery, and what its rounds need.
#[derive(Clone)]
pub struct Rounds {
    pub discovery: Discovery,
    pub db: Db,
    pub clock: Clock,
    pub outbound: Outbound,
    pub scm: Arc<Scm>,
    /// The name of this process among those on the database.
    pub holder: String,
    /// Of the work in this process.
    pub wake: Wake,
}

/// Why a round has not come to its end; what was known stays.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    #[error("{0}")]
    List(#[from] ListError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error(
        "GitHub counts more repositories than it shows; what was found is added, and nothing removed"
    )]
    Incomplete,
    #[error("it took longer than {} s; give it a longer schedule.timeout", .0.as_secs())]
    TooSlow(Duration),
    #[error("another process has taken it over")]
    TakenOver,
}

impl Rounds {
    /// Makes a round whenever one is due and nobody else makes it, until `stop` says so.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut wait = self.discovery.config.schedule.initial_delay;
        if let Err(error) = self.reschedule().await {
            tracing::warn!(%error, "discovery keeps the time that was set before");
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(wait.take().unwrap_or_default()) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let stopped = tokio::select! {
                look = self.look() => {
                    if let Err(error) = look {
                        tracing::warn!(%error, "whether discovery is due is not known");
                    }
                    false
                }
                _ = stop.wait_for(|stop| *stop) => true,
            };
            if stopped {
                let name = self.discovery.provider();
                let _ = release_job(&self.db, &name, &self.holder).await;
                return;
            }
            wait = Some(LOOK);
        }
    }

    /// Makes a round if one is due and nobody else makes it. Returns whether one was made.
    ///
    /// # Errors
    /// When the database does not say, or does not take that it is done. A round that fails is
    /// logged and tried again.
    pub async fn look(&self) -> Result<bool, StoreError> {
        let (name, holder) = (self.discovery.provider(), self.holder.as_str());
        if !claim_job(&self.db, &name, holder, LEASE, self.clock.now()).await? {
            return Ok(false);
        }
        let start = Instant::now();
        let limit = self.discovery.config.schedule.timeout;
        let made = tokio::select! {
            made = tokio::time::timeout(limit, self.make()) => {
                made.unwrap_or(Err(RoundError::TooSlow(limit)))
            }
            () = self.keep() => Err(RoundError::TakenOver),
        };
        metrics::job_done("github", made.is_ok(), start.elapsed());
        if let Err(error) = &made {
            tracing::warn!(
                %error,
                "catalog.providers.{name} cannot be listed; what was found before stays",
                name = name.replacen(':', ".", 1)
            );
        }
        let next = |now: Millis| match &made {
            Ok(()) => self.next(now),
            Err(_) => self.next(now).min(now.saturating_add(RETRY)),
        };
        finish_job(&self.db, &name, holder, next, self.clock.now()).await?;
        Ok(true)
    }

    fn next(&self, now: Millis) -> Millis {
        let frequency = &self.discovery.config.schedule.frequency;
        frequency.next(now).unwrap_or(NEVER)
    }

    /// Sees to it that a round is not waited for longer than the schedule of this process says.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn reschedule(&self) -> Result<(), StoreError> {
        let (name, now) = (self.discovery.provider(), self.clock.now());
        bring_forward_job(&self.db, &name, |now| self.next(now), now).await
    }

    /// Says again and again that this process is at it; ends when it is not its own any more.
    async fn keep(&self) {
        loop {
            tokio::time::sleep(Duration::from_secs(20)).await;
            let name = self.discovery.provider();
            let kept = heartbeat_job(&self.db, &name, &self.holder, LEASE, self.clock.now());
            if matches!(kept.await, Ok(false)) {
                return;
            }
        }
    }

    /// One whole listing, and what follows from it. A listing that shows not everything takes
    /// nothing away, and so does one in whose time an event has changed what is known.
    async fn make(&self) -> Result<(), RoundError> {
        let provider = self.discovery.provider();
        let config = &self.discovery.config;
        for attempt in 1.. {
            let before = list_locations(&self.db, &provider).await?;
            let listing = list_repositories(config, &self.scm, &self.outbound).await?;
            let found = listing.repositories.iter();
            let found = found.filter_map(|it| self.discovery.target(it));
            let found: Vec<ProviderLocation> = found.map(|it| self.location(it)).collect();
            let now = self.clock.now();
            let new_id = || uuid::Uuid::new_v4().to_string();
            if listing.incomplete {
                let is_new = |it: &ProviderLocation| {
                    before.iter().all(|known| known.location() != it.location())
                };
                let new: Vec<_> = found.into_iter().filter(is_new).collect();
                change_provider_locations(&self.db, &provider, &new, &[], now, new_id).await?;
                self.wake.wake();
                return Err(RoundError::Incomplete);
            }
            let is_same = list_locations(&self.db, &provider).await? == before;
            if !is_same && attempt < ATTEMPTS {
                continue;
            }
            put_provider_locations(&self.db, &provider, &found, now, new_id).await?;
            self.wake.wake();
            tracing::info!(
                provider,
                repositories = listing.repositories.len(),
                locations = found.len(),
                "looked for repositories"
            );
            return Ok(());
        }
        Ok(())
    }

    fn location(&self, target: String) -> ProviderLocation {
        ProviderLocation {
            kind: "url".to_owned(),
            target,
            presence: Some(self.discovery.presence().to_owned()),
            made_by: None,
        }
    }
}
