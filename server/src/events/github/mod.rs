//! Webhooks of GitHub.

mod affected;
mod deliveries;
mod signature;
mod told;

use crate::clock::Clock;
use crate::config::{Config, GithubOrganizations};
use crate::ingest::LocationRef;
use crate::providers::github::Discovery;
use crate::scm::Scm;
use crate::store::{
    Db, ProviderLocation, Refresh, StoreError, change_provider_locations, list_locations,
    list_read_below, request_job, request_refresh,
};
use crate::work::Wake;
use affected::{Known, Work, of_organization, of_push, of_repository};
use app::error::ApiError;
use deliveries::Deliveries;
use signature::Secrets;
use std::sync::Arc;
use told::{Told, read};

/// Receives what GitHub tells.
pub struct Github {
    db: Db,
    clock: Clock,
    scm: Arc<Scm>,
    secrets: Secrets,
    discoveries: Vec<Discovery>,
    organizations: Vec<GithubOrganizations>,
    deliveries: Deliveries,
    wake: Wake,
}

/// A delivery as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// `X-GitHub-Event`.
    pub event: &'a str,
    /// `X-GitHub-Delivery`.
    pub id: Option<&'a str>,
    /// `X-Hub-Signature-256`.
    pub signature: Option<&'a str>,
    pub body: &'a [u8],
}

/// What has become of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// GitHub asks whether anyone is there.
    Pong,
    /// What follows from it is in the store, and so many sources are due.
    Accepted { due: u64 },
    /// It came before.
    Repeated,
    /// Nothing follows from events of this kind.
    Ignored,
}

impl Received {
    /// As metrics and logs name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pong => "ping",
            Self::Accepted { .. } => "accepted",
            Self::Repeated => "repeated",
            Self::Ignored => "ignored",
        }
    }
}

impl Github {
    /// `wake` is that of the work in this process.
    pub fn new(
        config: &Config,
        discoveries: Vec<Discovery>,
        db: Db,
        clock: Clock,
        wake: Wake,
    ) -> Self {
        Self {
            db,
            clock,
            scm: Arc::new(Scm::new(&config.integrations)),
            secrets: Secrets::of(config),
            discoveries,
            organizations: config.catalog.github_organizations.clone(),
            deliveries: Deliveries::default(),
            wake,
        }
    }

    /// Believes what is signed, and stores what follows from it.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`] for what is not signed with a secret that is configured,
    /// [`ApiError::Invalid`] for what cannot be understood, and [`ApiError::Unavailable`] when the
    /// database does not take it: then GitHub may send it again.
    pub async fn receive(&self, delivery: Delivery<'_>) -> Result<Received, ApiError> {
        let proof = self.secrets.verify(delivery.signature, delivery.body);
        let proof = proof.map_err(|refusal| ApiError::Forbidden(refusal.to_string()))?;
        if delivery.id.is_some_and(|id| self.deliveries.know(id)) {
            return Ok(Received::Repeated);
        }
        let told = read(delivery.event, delivery.body)
            .map_err(|message| ApiError::invalid("body", message))?;
        let host = told.host();
        if let (Some(host), Some(of)) = (&host, &proof.host)
            && host != of
        {
            let message = format!("the secret is that of {of}, but this tells of {host}");
            return Err(ApiError::Forbidden(message));
        }
        let received = match told {
            Told::Ping => Received::Pong,
            Told::Other => Received::Ignored,
            told => {
                let due = self.keep(&told, host.unwrap_or_default()).await;
                self.wake.wake();
                Received::Accepted {
                    due: due.map_err(unavailable)?,
                }
            }
        };
        if let Some(id) = delivery.id {
            self.deliveries.note(id);
        }
        Ok(received)
    }

    /// Stores what follows; returns how many sources are due.
    async fn keep(&self, told: &Told, host: String) -> Result<u64, StoreError> {
        let mut known = Known {
            host,
            ..Known::default()
        };
        for page in told.pages() {
            let read = list_read_below(&self.db, &LocationRef::url(format!("{page}/"))).await?;
            known.read.extend(read);
        }
        for discovery in &self.discoveries {
            let provider = discovery.provider();
            let named = list_locations(&self.db, &provider).await?;
            let named = named.into_iter().map(|it| it.target).collect();
            known.named.insert(provider, named);
        }
        let work = match told {
            Told::Push(push) => of_push(push, &known, &self.scm, &self.discoveries),
            Told::Repository(told) => of_repository(told, &known, &self.scm, &self.discoveries),
            Told::Organization(told) => of_organization(told, &known, &self.organizations),
            Told::Installation => Work::list_all(&self.discoveries, &self.organizations),
            Told::Ping | Told::Other => Work::default(),
        };
        self.store(work).await
    }

    async fn store(&self, work: Work) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let new_id = || uuid::Uuid::new_v4().to_string();
        for (provider, change) in &work.changes {
            let added: Vec<ProviderLocation> = change
                .added
                .iter()
                .map(|target| ProviderLocation {
                    kind: "url".to_owned(),
                    target: target.clone(),
                    presence: Some(change.presence.to_owned()),
                    made_by: None,
                })
                .collect();
            let removed: Vec<LocationRef> = change.removed.iter().map(LocationRef::url).collect();
            change_provider_locations(&self.db, provider, &added, &removed, now, new_id).await?;
        }
        for provider in &work.list {
            request_job(&self.db, provider).await?;
        }
        if work.refresh.is_empty() {
            return Ok(0);
        }
        request_refresh(&self.db, Refresh::Locations(&work.refresh), now).await
    }
}

fn unavailable(error: StoreError) -> ApiError {
    tracing::error!(%error, "what GitHub has told cannot be stored");
    ApiError::Unavailable(
        "The database is not there at the moment; send the delivery again later.".to_owned(),
    )
}
