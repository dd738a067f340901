//! What a repository holds for the catalog, and what it could hold.

use super::{Registry, invalid};
use crate::ingest::{Claim, LocationRef, Outcome, Root, ingest_all};
use crate::query::located;
use crate::scm::Repository;
use app::error::ApiError;
use serde_json::{Value, json};
use std::collections::HashSet;
use tokio::sync::mpsc;

/// More entities are not told of one repository.
const MAX_ENTITIES: usize = 200;
/// The usual name of a catalog file.
const CATALOG_FILE: &str = "catalog-info.yaml";

/// What was found out about a location.
#[derive(Debug, Default)]
pub struct Analysis {
    pub existing: Vec<ExistingFile>,
    /// Entities to begin with, where there are none.
    pub suggested: Vec<Value>,
}

/// An entity that the repository holds.
#[derive(Debug)]
pub struct ExistingFile {
    pub is_registered: bool,
    pub location: LocationRef,
    pub entity: Value,
}

impl Registry {
    /// Looks for entities of the repository in the catalog, then in the repository itself as far
    /// as it can be read, and else makes one up.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when the target leads into no repository that is known how to read.
    pub async fn analyze(
        &self,
        target: &str,
        catalog_file: Option<&str>,
    ) -> Result<Analysis, ApiError> {
        let name = catalog_file.unwrap_or(CATALOG_FILE);
        if name.split('/').any(|part| part.is_empty() || part == "..") || name.contains(['?', '#'])
        {
            let message = "The catalog file name must be a path inside the repository";
            return Err(invalid("catalogFileName", message));
        }
        let repository = self.context.scm.repository(target);
        let repository =
            repository.map_err(|error| invalid("location.target", error.to_string()))?;
        let mut existing = self.registered(&repository);
        let file = if repository.is_inside {
            Some(target.to_owned())
        } else {
            repository.file(name)
        };
        if existing.is_empty()
            && let Some(file) = file
        {
            existing = self.unregistered(&file).await;
        }
        let suggested = if existing.is_empty() {
            vec![suggestion(&repository)]
        } else {
            Vec::new()
        };
        Ok(Analysis {
            existing,
            suggested,
        })
    }

    /// The entities that were read from files of the repository.
    fn registered(&self, repository: &Repository) -> Vec<ExistingFile> {
        let model = self.catalog.model();
        let below = format!("url:{}/", repository.url);
        let found = located(&model, &below).into_iter().take(MAX_ENTITIES);
        let found = found.filter_map(|(location, body)| {
            Some(ExistingFile {
                is_registered: true,
                location: location.parse().ok()?,
                entity: serde_json::from_slice(&body).ok()?,
            })
        });
        found.collect()
    }

    /// The entities that would be read from a file, and from where it leads.
    async fn unregistered(&self, file: &str) -> Vec<ExistingFile> {
        let (sender, mut updates) = mpsc::channel(1);
        let root = Root::catalog(file);
        let walk = tokio::spawn(ingest_all(vec![root], self.context.clone(), sender));
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        while let Some(update) = updates.recv().await {
            let Outcome::Read { claims, .. } = update.outcome else {
                continue;
            };
            let location = update.location;
            let new = claims
                .into_iter()
                .filter(|it| seen.insert(it.entity_ref.clone()));
            found.extend(new.map(|claim| existing(&location, claim)));
            if found.len() >= MAX_ENTITIES {
                break;
            }
        }
        // Without a receiver the walk ends.
        drop(updates);
        let _ended = walk.await;
        found.truncate(MAX_ENTITIES);
        found
    }
}

fn existing(location: &LocationRef, claim: Claim) -> ExistingFile {
    ExistingFile {
        is_registered: false,
        location: location.clone(),
        entity: claim.document,
    }
}

/// A component with the name of the repository, for people to go on from.
fn suggestion(repository: &Repository) -> Value {
    let mut entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": { "name": repository.name },
        "spec": { "type": "other", "lifecycle": "unknown" },
    });
    if let Some((name, slug)) = repository.annotation() {
        entity["metadata"]["annotations"] = json!({ name: slug });
    }
    entity
}
