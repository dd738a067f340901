//! Asks GitHub for all repositories of an owner, page by page.

use super::Repository;
use super::graphql::{GraphQl, MAX_PAGES, Page, url_at};
use crate::config::GithubDiscovery;
use crate::outbound::{FetchError, Outbound};
use crate::scm::{Scm, ScmError};
use serde_json::{Value, json};
use std::collections::HashSet;

const QUERY: &str = "
query repositories($owner: String!, $file: String!, $first: Int!, $after: String) {
  repositoryOwner(login: $owner) {
    login
    repositories(first: $first, after: $after, ownerAffiliations: [OWNER]) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        name
        url
        isFork
        isArchived
        visibility
        defaultBranchRef { name }
        repositoryTopics(first: 100) { nodes { topic { name } } }
        catalogInfoFile: object(expression: $file) { __typename ... on Blob { byteSize } }
      }
    }
  }
}";

/// What an owner has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    pub repositories: Vec<Repository>,
    /// Some repositories were counted but not shown: who is missing may still be there.
    pub incomplete: bool,
}

/// Why there is no listing; the text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    #[error("{0} is not configured under integrations.github")]
    UnknownHost(String),
    #[error(
        "{host} shows nothing of {owner} without a credential; configure a token or an app under integrations.github"
    )]
    NoCredential { host: String, owner: String },
    #[error(
        "catalog.providers.githubOrg names no organisation of {0}, and no GitHub App under integrations.github can say who has installed it; name them under orgs, or configure an app"
    )]
    NoOrganization(String),
    #[error("{host} knows no {owner}, or does not show it to whoever the credential is for")]
    NoOwner { host: String, owner: String },
    #[error("{0}")]
    Scm(#[from] ScmError),
    #[error("{0}")]
    Fetch(#[from] FetchError),
    #[error("GitHub answered {0}")]
    Answer(String),
}

/// All repositories that a discovery looks through, whether or not they pass its filters.
///
/// # Errors
/// When any part of the listing fails: half a listing says nothing about the other half.
pub async fn list_repositories(
    discovery: &GithubDiscovery,
    scm: &Scm,
    outbound: &Outbound,
) -> Result<Listing, ListError> {
    let host = &discovery.host;
    let url = url_at(host, scm)?;
    let owners = match (&discovery.organization, &discovery.app) {
        (Some(organization), _) => vec![organization.clone()],
        (None, Some(app)) => scm.installations(host, app, outbound).await?,
        (None, None) => Vec::new(),
    };
    let mut found = Listing {
        repositories: Vec::new(),
        incomplete: false,
    };
    for owner in owners {
        let credential = scm.owner_credential(host, &owner, outbound).await?;
        let credential = credential.ok_or_else(|| ListError::NoCredential {
            host: host.clone(),
            owner: owner.clone(),
        })?;
        let asked = Asked {
            discovery,
            owner: &owner,
            api: GraphQl {
                url: url.clone(),
                credential,
                outbound,
            },
        };
        let listing = asked.list().await?;
        found.repositories.extend(listing.repositories);
        found.incomplete |= listing.incomplete;
    }
    Ok(found)
}

/// One owner at one host.
struct Asked<'a> {
    discovery: &'a GithubDiscovery,
    owner: &'a str,
    api: GraphQl<'a>,
}

impl Asked<'_> {
    async fn list(&self) -> Result<Listing, ListError> {
        let mut repositories = Vec::new();
        let mut names = HashSet::new();
        let mut after = Value::Null;
        for _ in 0..MAX_PAGES {
            let data = self.page(&after).await?;
            let owner = &data["repositoryOwner"];
            if owner.is_null() {
                return Err(ListError::NoOwner {
                    host: self.discovery.host.clone(),
                    owner: self.owner.to_owned(),
                });
            }
            let page = Page::of(&owner["repositories"], "repositories")?;
            let login = owner["login"].as_str().unwrap_or(self.owner);
            let nodes = page.nodes.iter();
            for repository in nodes.filter_map(|node| Repository::of_node(node, login)) {
                if names.insert(repository.name.clone()) {
                    repositories.push(repository);
                }
            }
            if let Some(next) = page.next {
                after = next.clone();
                continue;
            }
            // A repository that was made in between may push another over the edge of a page.
            let seen = u64::try_from(names.len()).unwrap_or_default();
            return Ok(Listing {
                repositories,
                incomplete: seen < page.total,
            });
        }
        Err(ListError::Answer("with pages without end".to_owned()))
    }

    async fn page(&self, after: &Value) -> Result<Value, ListError> {
        let branch = self.discovery.filters.branch.as_deref().unwrap_or("HEAD");
        let path = self.discovery.catalog_path.trim_start_matches('/');
        let variables = json!({
            "owner": self.owner,
            "file": format!("{branch}:{path}"),
            "first": self.discovery.page_size,
            "after": after,
        });
        self.api.ask(QUERY, variables).await
    }
}
