//! `publish:github`, `publish:github:pull-request` and `github:*`: what is made and changed at GitHub.
//!
//! Reading order: [`Hub`] knows the hosts and the rules, [`Target`] is one repository of one owner with
//! whoever may change it; `effect` is how something is made once, whatever happens meanwhile; `rules` is
//! what the organisation asks of every repository. `create`, `settings`, `push` and `protection` are
//! the parts of `publish`; the rest is an action in each file.
//!
//! To add an action: as the head of the folder above says. Whatever is made by a POST goes through
//! [`effect::once`], with a way to find it again.

mod autolinks;
mod commit;
mod create;
mod deploy_key;
mod dispatch;
mod effect;
mod environment;
mod issues;
mod pages;
mod protection;
mod publish;
mod pull_request;
mod push;
mod rules;
mod secrets;
mod settings;
mod webhook;

pub(super) use autolinks::Autolinks;
pub(super) use deploy_key::DeployKey;
pub(super) use dispatch::Dispatch;
pub(super) use environment::Environment;
pub(super) use issues::{CreateIssue, LabelIssue};
pub(super) use pages::EnablePages;
pub(super) use protection::ProtectBranch;
pub(super) use publish::{CreateRepository, Publish, PushRepository};
pub(super) use pull_request::PullRequest;
pub(super) use webhook::Webhook;

use super::{ActionError, Log};
use crate::config::{Integration, RepositoryRules, Scaffolder};
use crate::github::{Api, GithubError, Reason, below};
use crate::outbound::{Credential, Outbound, authority};
use crate::query::Catalog;
use crate::scaffolder::filters::parse_repo_url;
use crate::scm::Scm;
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// The longest name of a repository, and of an owner.
const LONGEST: usize = 100;

/// What all actions of GitHub know.
#[derive(Clone)]
pub(super) struct Hub {
    pub(super) outbound: Outbound,
    pub(super) scm: Arc<Scm>,
    pub(super) catalog: Catalog,
    /// Where packs are written.
    pub(super) folder: PathBuf,
    pub(super) settings: Arc<Scaffolder>,
}

/// See the head of this file.
pub(super) struct Target<'a> {
    pub(super) api: Api<'a>,
    pub(super) owner: String,
    pub(super) repo: String,
    integration: &'a Integration,
    /// What the organisation asks of it.
    pub(super) rules: Option<&'a RepositoryRules>,
    pub(super) log: Log<'a>,
}

/// A repository by its names, there or not.
pub(super) struct Named {
    pub(super) host: String,
    pub(super) owner: String,
    pub(super) repo: String,
}

impl Named {
    /// `owner/repository`
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.owner, self.repo)
    }

    /// Its page.
    pub(super) fn page(&self) -> String {
        format!("https://{}/{}", self.host, self.name())
    }
}

impl Hub {
    /// The repository that `github.com?owner=a&repo=b` names.
    ///
    /// # Errors
    /// [`ActionError::Input`] when it names none.
    pub(super) fn named(&self, repo_url: &str) -> Result<Named, ActionError> {
        let place = parse_repo_url(repo_url, &self.scm).map_err(ActionError::Input)?;
        Ok(Named {
            owner: named("owner", place.owner.unwrap_or_default())?,
            repo: named("repository", place.repo)?,
            host: place.host,
        })
    }

    /// The same, as `token` may change it or else what is configured.
    ///
    /// # Errors
    /// [`ActionError::Input`] when this names none, or nobody may change it.
    pub(super) async fn target<'a>(
        &'a self,
        repo_url: &str,
        token: Option<&str>,
        log: Log<'a>,
    ) -> Result<Target<'a>, ActionError> {
        let Named { host, owner, repo } = self.named(repo_url)?;
        let integration = self.scm.github(&host).ok_or_else(|| {
            ActionError::Input(format!(
                "{host} is not a GitHub; name one that stands under integrations.github"
            ))
        })?;
        let base = integration.api_base_url.as_deref().ok_or_else(|| {
            ActionError::Input(format!(
                "where the API of {host} is, is not known; write apiBaseUrl under integrations.github"
            ))
        })?;
        let given = token.filter(|token| !token.is_empty());
        let mut credential = given.map(|token| Credential::authorization("Bearer", token));
        if credential.is_none() {
            let found = self.scm.owner_credential(&host, &owner, &self.outbound);
            let found = found.await;
            credential = found.map_err(|error| ActionError::NotAllowed(error.to_string()))?;
        }
        let credential = credential.ok_or_else(|| {
            ActionError::Input(format!(
                "There is no token for {owner} at {host}: write one or a GitHub App under integrations.github, \
                 or give one in 'token'"
            ))
        })?;
        let mut rules = self.settings.repositories.iter();
        let rules = rules.find(|it| it.are_for(&host, &owner));
        let notice = Box::new(move |text: &str| log.warn(text));
        Ok(Target {
            api: Api::new(&self.outbound, base, credential, notice),
            owner,
            repo,
            integration,
            rules,
            log,
        })
    }
}

impl Target<'_> {
    /// A path of the API below the repository.
    pub(super) fn path(&self, rest: &str) -> String {
        below(&self.owner, &self.repo, rest)
    }

    /// `owner/repository`
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.owner, self.repo)
    }

    /// The address that GitHub gave for git, when it is one of this GitHub: what is sent there carries the
    /// token.
    pub(super) fn remote(&self, clone_url: &str) -> Result<Url, ActionError> {
        let url = Url::parse(clone_url).ok();
        let api = Url::parse(self.api.base).ok();
        let url = url.filter(|url| {
            let host = authority(url);
            let is_here = host.as_deref() == Some(self.integration.host.as_str())
                || host.is_some() && host == api.as_ref().and_then(authority);
            let is_as_safe = url.scheme() == "https"
                || api.as_ref().is_some_and(|api| api.scheme() == url.scheme());
            is_here && is_as_safe && url.username().is_empty() && url.password().is_none()
        });
        url.ok_or_else(|| {
            ActionError::Failed(format!(
                "GitHub gives {clone_url} as the address of {}, which is not one of {}",
                self.name(),
                self.integration.host
            ))
        })
    }
}

/// A name that GitHub allows, and that is one segment of a path.
fn named(what: &str, name: String) -> Result<String, ActionError> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = !name.is_empty()
        && name.len() <= LONGEST
        && name.chars().all(is_allowed)
        && !["", ".", "..", ".git", ".wiki"].contains(&name.as_str())
        && !name.starts_with('-')
        && !name.to_ascii_lowercase().ends_with(".git");
    if is_name {
        return Ok(name);
    }
    Err(ActionError::Input(format!(
        "'{}' cannot be the name of the {what}: letters, digits, '-', '_' and '.', at most {LONGEST}",
        name.chars().take(LONGEST).collect::<String>()
    )))
}

/// The last part of `group:default/team` or `org/team`: entities and teams are both named so.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit([':', '/']).next().unwrap_or(name)
}

impl From<GithubError> for ActionError {
    fn from(error: GithubError) -> Self {
        let text = error.to_string();
        match error.reason {
            Reason::Missing => Self::NotFound(text),
            Reason::Taken => Self::Conflict(text),
            Reason::Credential
            | Reason::Permission
            | Reason::SingleSignOn(_)
            | Reason::Plan
            | Reason::Suspended => Self::NotAllowed(text),
            Reason::Invalid(_) | Reason::Archived => Self::Input(text),
            _ => Self::Failed(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_segment_of_a_path() {
        for good in ["a", "my-repo", "a.b_c", "github.io", ".github"] {
            assert!(named("repository", good.to_owned()).is_ok(), "{good}");
        }
        let long = "x".repeat(LONGEST + 1);
        for bad in [
            "", ".", "..", "a/b", "a b", "-x", "a?b", "a%2fb", "a.git", "ä", &long,
        ] {
            assert!(named("repository", bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn references_and_slugs_end_with_the_name() {
        for name in [
            "group:default/team-a",
            "org/team-a",
            "team-a",
            "user:team-a",
        ] {
            assert_eq!(last_part(name), "team-a");
        }
    }
}
