//! What a repository holds for the catalog, and what it could hold.

use super::Registry;
use crate::ingest::{Claim, Context, LocationRef, Outcome, Root, ingest_all};
use crate::query::located;
use crate::scm::Repository;
use app::catalog::CATALOG_FILE;
use app::error::ApiError;
use app::viewer::Viewer;
use serde_json::{Value, json};
use std::collections::HashSet;
use tokio::sync::mpsc;

/// More entities are not told of one repository.
const MAX_ENTITIES: usize = 200;
/// More files are not looked into.
const MAX_FILES: usize = 100;

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
    /// Looks for entities of the repository in the catalog, then in those of its catalog files that
    /// are not registered, as far as they can be read, and else makes one up.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when the target leads into no repository that is known how to read.
    pub async fn analyze(
        &self,
        viewer: &Viewer,
        target: &str,
        catalog_file: Option<&str>,
    ) -> Result<Analysis, ApiError> {
        let name = catalog_file.unwrap_or(CATALOG_FILE);
        if name.split('/').any(|part| part.is_empty() || part == "..")
            || name.contains(['?', '#', '*', '[', '{'])
        {
            let message = "The catalog file name must be a path inside the repository";
            return Err(ApiError::invalid("catalogFileName", message));
        }
        let repository = self.context.scm.repository(target);
        let repository =
            repository.map_err(|error| ApiError::invalid("location.target", error.to_string()))?;
        let mut existing = self.registered(viewer, &repository);
        let mut files = if repository.is_inside {
            vec![target.to_owned()]
        } else {
            self.catalog_files(&repository, name).await
        };
        let known = existing.iter().map(|it| it.location.target.as_str());
        let known: HashSet<String> = known.map(|it| self.path_of(it)).collect();
        files.retain(|file| !known.contains(&self.path_of(file)));
        files.truncate(MAX_FILES);
        if !files.is_empty() {
            existing.extend(self.unregistered(&files).await);
            existing.truncate(MAX_ENTITIES);
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
    pub(super) fn registered(&self, viewer: &Viewer, repository: &Repository) -> Vec<ExistingFile> {
        let model = self.catalog.seen_by(viewer);
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

    /// The catalog files of a repository: all that its host lists, or the one at its root.
    pub(super) async fn catalog_files(&self, repository: &Repository, name: &str) -> Vec<String> {
        let Context { scm, outbound, .. } = &self.context;
        match scm.files_named(repository, name, outbound).await {
            Ok(files) => files,
            Err(error) => {
                tracing::debug!(%error, repository = repository.url, "its files are not listed");
                repository.file(name).into_iter().collect()
            }
        }
    }

    /// What tells a file of a repository from others of it, whichever branch its URL names.
    pub(super) fn path_of(&self, url: &str) -> String {
        let file = self.context.scm.repository_file(url);
        file.map_or_else(|| url.to_owned(), |file| file.path)
    }

    /// The entities that would be read from files, and from where these lead.
    async fn unregistered(&self, files: &[String]) -> Vec<ExistingFile> {
        let (sender, mut updates) = mpsc::channel(1);
        let roots = files.iter().map(|file| Root::catalog(file)).collect();
        let walk = tokio::spawn(ingest_all(roots, self.context.clone(), sender));
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
