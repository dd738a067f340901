//! A catalog file offered to its repository as a pull request, with the credential that is configured.

use super::Registry;
use super::locations::checked;
use super::pages::at;
use crate::audit;
use crate::config::{Integration, Provider};
use crate::git::BranchName;
use crate::github::{Api, GithubError, Offer, OfferError, Offered, Reason};
use crate::outbound::{Credential, authority};
use crate::scm::{Repository, branch_name};
use app::audit::Outcome;
use app::catalog::{
    Draft, LONGEST_TEXT, LONGEST_TITLE, Obstacle, Offering, Proposal, Proposed, Written,
};
use app::error::ApiError;
use app::viewer::Viewer;
use std::time::Duration;
use url::Url;

/// How long somebody waits for the page that says what came of it.
const PATIENCE: Duration = Duration::from_secs(40);

impl Registry {
    /// Whether a pull request can be opened in a repository, and what it says unless something else is
    /// wanted.
    pub(super) fn offering(&self, repository: &Repository) -> Offering {
        if repository.provider() != Provider::Github {
            return Offering::Elsewhere;
        }
        let host = host_of(repository);
        let integration = self.context.scm.github(&host);
        if !integration.is_some_and(Integration::can_be_asked) {
            return Offering::NoCredential(host);
        }
        let file = &self.import.file;
        Offering::Open(Proposal {
            title: format!("Add {file}"),
            text: format!(
                "Puts {} into the software catalog, where others find out who owns it and what it needs.",
                repository.name
            ),
            branch: self.import.branch.clone(),
        })
    }

    /// See [`app::catalog::port::Registry::propose`].
    pub(super) async fn propose(
        &self,
        viewer: &Viewer,
        url: &str,
        branch: Option<&str>,
        draft: &Draft,
        proposal: &Proposal,
    ) -> Result<Proposed, ApiError> {
        let url = url.trim();
        audit::about(url);
        checked(&at(url))?;
        let repository = self.context.scm.repository(url);
        let repository = repository.map_err(|error| ApiError::invalid("url", error.to_string()))?;
        if repository.provider() != Provider::Github {
            let message = "Pull requests are opened at GitHub alone";
            return Err(ApiError::invalid("url", message));
        }
        let branch = branch.and_then(branch_name);
        let Written::Sound(file) = self.write(viewer, &repository, branch, draft) else {
            return Err(ApiError::invalid(
                "draft",
                "What the form says is no catalog file",
            ));
        };
        let title = proposal.title.trim();
        let is_too_long = |text: &str, longest| text.chars().nth(longest).is_some();
        if title.is_empty()
            || title.contains(char::is_control)
            || is_too_long(title, LONGEST_TITLE)
            || is_too_long(&proposal.text, 2 * LONGEST_TEXT)
        {
            return Err(ApiError::invalid(
                "title",
                "The title or the text is too long",
            ));
        }
        let refused = |obstacle| {
            let why = "no pull request could be opened";
            audit::note(|entry| entry.set(Outcome::Failed, why));
            Ok(Proposed::Refused(obstacle))
        };
        let Ok(head) = BranchName::parse(proposal.branch.trim()) else {
            return refused(Obstacle::BranchName);
        };
        let Some(credential) = self.credential_for(&repository).await? else {
            return refused(Obstacle::NoCredential);
        };
        let host = host_of(&repository);
        let integration = self.context.scm.github(&host);
        let base = integration.and_then(|it| it.api_base_url.as_deref());
        let notice = Box::new(|text: &str| tracing::info!("{text}"));
        let api = Api::new(
            &self.context.outbound,
            base.unwrap_or_default(),
            credential,
            notice,
        );
        let body = body(&proposal.text, viewer);
        let offer = Offer {
            owner: &repository.owner,
            repo: &repository.name,
            base: branch,
            head: &head,
            path: &self.import.file,
            content: &file.text,
            title,
            body: &body,
        };
        let offered = tokio::time::timeout(PATIENCE, Box::pin(api.offer(&offer))).await;
        let by = &viewer.user_ref;
        match offered {
            Ok(Ok(Offered::Opened(number))) => {
                tracing::info!(%by, repository = repository.url, number, "a pull request was opened");
                audit::with("pull request", number);
                Ok(Proposed::Opened(number))
            }
            Ok(Ok(Offered::There(number))) => Ok(Proposed::There(number)),
            Ok(Err(error)) => {
                tracing::warn!(%by, repository = repository.url, %error, "no pull request was opened");
                refused(obstacle(&error))
            }
            Err(_) => {
                tracing::warn!(%by, repository = repository.url, "GitHub took too long");
                refused(Obstacle::Silent)
            }
        }
    }

    async fn credential_for(
        &self,
        repository: &Repository,
    ) -> Result<Option<Credential>, ApiError> {
        let host = host_of(repository);
        let scm = &self.context.scm;
        let found = scm.owner_credential(&host, &repository.owner, &self.context.outbound);
        match found.await {
            Ok(found) => Ok(found),
            Err(error) => {
                tracing::warn!(%error, repository = repository.url, "no pull request was opened");
                Ok(None)
            }
        }
    }
}

fn host_of(repository: &Repository) -> String {
    let url = Url::parse(&repository.url).ok();
    url.as_ref().and_then(authority).unwrap_or_default()
}

/// What the pull request says, with who asked for it.
fn body(text: &str, viewer: &Viewer) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let gap = if text.is_empty() { "" } else { "\n\n" };
    format!(
        "{text}{gap}_Opened with Callboard for `{}`._",
        viewer.user_ref
    )
}

fn obstacle(error: &OfferError) -> Obstacle {
    match error {
        OfferError::NoBase => Obstacle::Base,
        OfferError::File => Obstacle::File,
        OfferError::Branch => Obstacle::Branch,
        OfferError::Github(error) => refusal(error),
    }
}

fn refusal(error: &GithubError) -> Obstacle {
    match error.reason {
        Reason::Credential | Reason::Suspended => Obstacle::Credential,
        Reason::SingleSignOn(_) => Obstacle::SingleSignOn,
        Reason::Permission => Obstacle::Permission,
        Reason::Missing => Obstacle::Missing,
        Reason::Archived => Obstacle::Archived,
        Reason::Taken => Obstacle::Branch,
        Reason::Limited => Obstacle::Limited,
        Reason::Broken(_) | Reason::Silent => Obstacle::Silent,
        Reason::Plan | Reason::Invalid(_) | Reason::NotAsked => Obstacle::Other,
    }
}
