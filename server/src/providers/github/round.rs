//! Looks for repositories when that is due.

use super::{Discovery, list_repositories};
use crate::clock::Clock;
use crate::outbound::Outbound;
use crate::providers::RoundError;
use crate::providers::rounds::{Round, Turn, look, run};
use crate::scm::Scm;
use crate::store::{
    Db, ProviderLocation, StoreError, change_provider_locations, list_locations,
    put_provider_locations,
};
use crate::work::Wake;
use std::sync::Arc;
use tokio::sync::watch;

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

impl Rounds {
    /// Makes a round whenever one is due and nobody else makes it, until `stop` says so.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        run(&self, stop).await;
    }

    /// Makes a round if one is due and nobody else makes it. Returns whether one was made.
    ///
    /// # Errors
    /// When the database does not say, or does not take that it is done. A round that fails is
    /// logged and tried again.
    pub async fn look(&self) -> Result<bool, StoreError> {
        look(self).await
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

impl Round for Rounds {
    fn turn(&self) -> Turn<'_> {
        Turn {
            name: self.discovery.provider(),
            key: format!("catalog.providers.github.{}", self.discovery.config.id),
            metric: "github",
            schedule: &self.discovery.config.schedule,
            db: &self.db,
            clock: &self.clock,
            holder: &self.holder,
        }
    }

    /// A listing that shows not everything takes nothing away, and so does one in whose time an event
    /// has changed what is known.
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
                return Err(RoundError::Incomplete("repositories"));
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
}
