//! Looks for people and teams when that is due.

use super::{entities, list_organizations};
use crate::clock::Clock;
use crate::config::GithubOrganizations;
use crate::ingest::{Context, LocationRef, SourceUpdate, ingest_listed, unlisted};
use crate::providers::RoundError;
use crate::providers::rounds::{Round, Turn, look, run};
use crate::store::{Db, StoreError, get_fingerprint, put_listed};
use tokio::sync::watch;

/// One entry of `catalog.providers.githubOrg`, and what its rounds need.
#[derive(Clone)]
pub struct OrganizationRounds {
    pub organizations: GithubOrganizations,
    pub db: Db,
    pub clock: Clock,
    /// How GitHub is asked, and what is known of its URLs.
    pub context: Context,
    /// The name of this process among those on the database.
    pub holder: String,
}

impl OrganizationRounds {
    /// Makes a round whenever one is due and nobody else makes it, until `stop` says so.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        run(&self, stop).await;
    }

    /// Makes a round if one is due and nobody else makes it. Returns whether one was made.
    ///
    /// # Errors
    /// When the database does not say, or does not take that it is done. A round that fails is
    /// logged, told of as a problem of the source, and tried again.
    pub async fn look(&self) -> Result<bool, StoreError> {
        look(self).await
    }

    fn location(&self) -> LocationRef {
        LocationRef::listed(&self.organizations.id)
    }

    async fn put(&self, update: &SourceUpdate) -> Result<(), StoreError> {
        let new_id = || uuid::Uuid::new_v4().to_string();
        put_listed(&self.db, update, self.clock.now(), new_id).await?;
        Ok(())
    }
}

impl Round for OrganizationRounds {
    fn turn(&self) -> Turn<'_> {
        Turn {
            name: self.organizations.provider(),
            key: format!("catalog.providers.githubOrg ({})", self.organizations.id),
            metric: "github-org",
            schedule: &self.organizations.schedule,
            db: &self.db,
            clock: &self.clock,
            holder: &self.holder,
        }
    }

    /// A listing that shows not everybody takes nobody away.
    async fn make(&self) -> Result<(), RoundError> {
        let context = &self.context;
        let organizations = &self.organizations;
        let found = list_organizations(organizations, &context.scm, &context.outbound).await?;
        let incomplete = found.iter().any(|it| it.incomplete);
        let listed = entities(organizations, &found);
        let count = listed.len();
        let location = self.location();
        let known = get_fingerprint(&self.db, &location).await?;
        let known = known.and_then(|it| it.content_hash);
        let update = ingest_listed(location, listed, incomplete, known, context).await;
        self.put(&update).await?;
        if incomplete {
            return Err(RoundError::Incomplete("people or teams"));
        }
        tracing::info!(
            provider = organizations.provider(),
            organizations = found.len(),
            entities = count,
            "looked for people and teams"
        );
        Ok(())
    }

    async fn failed(&self, error: &RoundError) {
        let is_told = matches!(
            error,
            RoundError::List(_) | RoundError::TooSlow(_) | RoundError::Incomplete(_)
        );
        if !is_told {
            return;
        }
        let host = &self.organizations.host;
        let said = match error {
            RoundError::Incomplete(_) => error.to_string(),
            _ => format!(
                "the people and teams of {host} cannot be listed, and those who are known stay: {error}"
            ),
        };
        let update = unlisted(self.location(), &said);
        if let Err(error) = self.put(&update).await {
            tracing::warn!(%error, "what went wrong with a provider cannot be stored");
        }
    }
}
