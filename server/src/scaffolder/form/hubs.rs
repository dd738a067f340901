//! What GitHub offers to fields of a form: owners as the configured credential sees them, branches as
//! whoever fills in the form does, where they have signed in there.

use crate::clock::Millis;
use crate::config::Integration;
use crate::github::{Api, Listed};
use crate::identity::token;
use crate::outbound::{Credential, Outbound};
use crate::scm::Scm;
use app::error::ApiError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a list counts, in milliseconds: somebody types, and each letter asks.
const FRESH: Millis = 60_000;
/// Lists that are kept.
const MOST: usize = 500;

/// A list of names that others may hold too.
pub(super) type Names = Arc<[String]>;

/// See the head of this file.
#[derive(Debug, Clone)]
pub struct Hubs {
    outbound: Outbound,
    scm: Arc<Scm>,
    known: Arc<Mutex<HashMap<String, (Millis, Names)>>>,
}

impl Hubs {
    pub fn new(outbound: Outbound, scm: Arc<Scm>) -> Self {
        Self {
            outbound,
            scm,
            known: Arc::default(),
        }
    }

    /// Whether there is somebody to ask a host as.
    pub(super) fn has(&self, host: &str) -> bool {
        let integration = self.scm.github(host);
        integration.is_some_and(Integration::can_be_asked)
    }

    /// Whose repositories can be made at a host: those that have installed its apps, and the
    /// organisations of its token with the one it is of.
    pub(super) async fn owners(&self, host: &str) -> Result<Names, ApiError> {
        self.fresh(host.to_owned(), async {
            let mut names = Vec::new();
            let Some(integration) = self.scm.github(host) else {
                return Ok(names);
            };
            for app in &integration.apps {
                let found = self.scm.installations(host, &app.app_id, &self.outbound);
                names.extend(found.await.map_err(|error| unavailable(&error))?);
            }
            if let Some(token) = &integration.token {
                let credential = Credential::authorization("Bearer", token.expose());
                let api = self.api(host, credential)?;
                names.extend(
                    api.list(Listed::Organizations)
                        .await
                        .map_err(|it| unavailable(&it))?,
                );
                names.extend(api.login().await.map_err(|error| unavailable(&error))?);
            }
            names.sort_by_key(|name| name.to_lowercase());
            names.dedup();
            Ok(names)
        })
        .await
    }

    /// The branches of a repository, as whose token `own` is if there is one.
    pub(super) async fn branches(
        &self,
        host: &str,
        owner: &str,
        repo: &str,
        own: Option<&str>,
    ) -> Result<Names, ApiError> {
        // What one sees another may not.
        let seen_by = own.map(token::hash).unwrap_or_default();
        self.fresh(format!("{host}/{owner}/{repo} {seen_by}"), async {
            let credential = if let Some(own) = own {
                Some(Credential::authorization("Bearer", own))
            } else {
                let configured = self.scm.owner_credential(host, owner, &self.outbound);
                configured.await.map_err(|error| unavailable(&error))?
            };
            let Some(credential) = credential else {
                return Ok(Vec::new());
            };
            let api = self.api(host, credential)?;
            let found = api.list(Listed::Branches { owner, repo }).await;
            match found {
                // One that is still to be made has none.
                Err(error) if error.is_missing() => Ok(Vec::new()),
                other => other.map_err(|error| unavailable(&error)),
            }
        })
        .await
    }

    fn api(&self, host: &str, credential: Credential) -> Result<Api<'_>, ApiError> {
        let integration = self.scm.github(host);
        let base = integration.and_then(|it| it.api_base_url.as_deref());
        let base =
            base.ok_or_else(|| ApiError::NotFound(format!("There is no GitHub at {host}")))?;
        Ok(Api::new(&self.outbound, base, credential, Box::new(|_| ())))
    }

    /// What is known under a name, or what `ask` comes to.
    async fn fresh(
        &self,
        name: String,
        ask: impl Future<Output = Result<Vec<String>, ApiError>>,
    ) -> Result<Names, ApiError> {
        let now = self.outbound.now();
        let known = self.lock().get(&name).cloned();
        if let Some((_, names)) = known.filter(|(at, _)| now.saturating_sub(*at) < FRESH) {
            return Ok(names);
        }
        let names: Names = ask.await?.into();
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(name, (now, Arc::clone(&names)));
        Ok(names)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, (Millis, Names)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unavailable(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::Unavailable(error.to_string())
}
