//! What a URL leads to that somebody would register: a file, several files of a repository, or none.

use super::Registry;
use super::locations::checked;
use super::pages::{NAMED, at};
use crate::query::suggestions;
use crate::scm::{Repository, branch_name};
use app::catalog::{Draft, DraftField, DraftForm, ErrorName, FoundFile, LocationPreview, Look};
use app::error::ApiError;
use app::viewer::Viewer;
use std::collections::HashSet;

impl Registry {
    /// Looks at a URL. With a draft, nothing is read: whoever sends one has seen that there is no
    /// file.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for what cannot be registered.
    pub(super) async fn look(
        &self,
        viewer: &Viewer,
        url: &str,
        branch: Option<&str>,
        draft: Option<Draft>,
    ) -> Result<Look, ApiError> {
        let url = url.trim();
        checked(&at(url))?;
        let Ok(repository) = self.context.scm.repository(url) else {
            return self.file(viewer, url).await.map(Look::File);
        };
        let branch = branch.and_then(branch_name);
        if draft.is_some() {
            return Ok(self.form(viewer, &repository, branch, draft));
        }
        let mut files = if repository.is_inside {
            vec![url.to_owned()]
        } else {
            self.catalog_files(&repository, &self.import.file).await
        };
        if files.len() > 1 {
            return Ok(self.listed(viewer, &repository, files));
        }
        if let Some(file) = files.pop() {
            let file = self.file(viewer, &file).await?;
            if !is_missing(&file) {
                return Ok(Look::File(file));
            }
        }
        let scm = &self.context.scm;
        let branch = scm.branch_of(url, &repository, &self.context.outbound);
        Ok(self.form(viewer, &repository, branch.await.as_deref(), None))
    }

    async fn file(&self, viewer: &Viewer, url: &str) -> Result<LocationPreview, ApiError> {
        let preview = self.preview(&at(url)).await?;
        Ok(self.told(viewer, url, preview))
    }

    fn listed(&self, viewer: &Viewer, repository: &Repository, mut files: Vec<String>) -> Look {
        let found = self.registered(viewer, repository);
        let known = found.iter().map(|it| self.path_of(&it.location.target));
        let known: HashSet<String> = known.collect();
        let together = self.pattern_of(&files[0]);
        let more = files.len().saturating_sub(NAMED);
        files.truncate(NAMED);
        let files = files.into_iter().map(|url| {
            let path = self.path_of(&url);
            FoundFile {
                is_known: known.contains(&path),
                path,
                url,
            }
        });
        Look::Files {
            repository: format!("{}/{}", repository.owner, repository.name),
            files: files.collect(),
            more,
            together,
        }
    }

    /// The pattern for all catalog files of the repository and branch of one of them.
    fn pattern_of(&self, file: &str) -> Option<String> {
        let path = self.path_of(file);
        let front = file.strip_suffix(&path)?;
        Some(format!("{front}**/{}", self.import.file))
    }

    fn form(
        &self,
        viewer: &Viewer,
        repository: &Repository,
        branch: Option<&str>,
        sent: Option<Draft>,
    ) -> Look {
        let written = sent
            .as_ref()
            .map(|draft| self.write(viewer, repository, branch, draft));
        Look::Nothing(Box::new(DraftForm {
            repository: format!("{}/{}", repository.owner, repository.name),
            repository_url: repository.url.clone(),
            branch: branch.map(str::to_owned),
            file: self.import.file.clone(),
            draft: sent.unwrap_or_else(|| begun(repository)),
            written,
            suggestions: suggestions(&self.catalog.seen_by(viewer)),
        }))
    }
}

/// What a file of a repository most probably says.
fn begun(repository: &Repository) -> Draft {
    let mut draft = Draft::default();
    draft.set(DraftField::Kind, "Component");
    draft.set(DraftField::Name, &repository.name);
    draft
}

/// Whether nothing is wrong but that there is no such file.
fn is_missing(preview: &LocationPreview) -> bool {
    preview.entities_total == 0
        && !preview.problems.is_empty()
        && preview
            .problems
            .iter()
            .all(|problem| problem.error == ErrorName::NotFound)
}
