//! Asks GitHub for all repositories of an owner, page by page.

use super::Repository;
use crate::config::GithubDiscovery;
use crate::outbound::{Call, Credential, FetchError, Outbound};
use crate::scm::{Scm, ScmError};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

/// GitHub itself gives up after ten seconds, and may answer late.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// No owner has as many; whoever answers with more goes round in circles.
const MAX_PAGES: usize = 10_000;

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
        "{host} shows no repositories of {owner} without a credential; configure a token or an app under integrations.github"
    )]
    NoCredential { host: String, owner: String },
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
    let unknown = || ListError::UnknownHost(host.clone());
    let api = scm.github(host).ok_or_else(unknown)?;
    let api = api.api_base_url.as_deref().ok_or_else(unknown)?;
    let url = graphql_url(api).ok_or_else(unknown)?;
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
            url: &url,
            owner: &owner,
            credential,
        };
        let listing = asked.list(outbound).await?;
        found.repositories.extend(listing.repositories);
        found.incomplete |= listing.incomplete;
    }
    Ok(found)
}

/// GitHub Enterprise has it beside the version of its API.
fn graphql_url(api: &str) -> Option<Url> {
    let base = match api.strip_suffix("/api/v3") {
        Some(host) => format!("{host}/api"),
        None => api.to_owned(),
    };
    Url::parse(&format!("{base}/graphql")).ok()
}

/// One owner at one host.
struct Asked<'a> {
    discovery: &'a GithubDiscovery,
    url: &'a Url,
    owner: &'a str,
    credential: Credential,
}

impl Asked<'_> {
    async fn list(&self, outbound: &Outbound) -> Result<Listing, ListError> {
        let mut repositories = Vec::new();
        let mut names = HashSet::new();
        let mut after = Value::Null;
        for _ in 0..MAX_PAGES {
            let data = self.page(&after, outbound).await?;
            let owner = &data["repositoryOwner"];
            if owner.is_null() {
                return Err(ListError::NoOwner {
                    host: self.discovery.host.clone(),
                    owner: self.owner.to_owned(),
                });
            }
            let page = &owner["repositories"];
            let shape = || ListError::Answer("without a list of repositories".to_owned());
            let nodes = page["nodes"].as_array().ok_or_else(shape)?;
            let login = owner["login"].as_str().unwrap_or(self.owner);
            let nodes = nodes.iter();
            for repository in nodes.filter_map(|node| Repository::of_node(node, login)) {
                if names.insert(repository.name.clone()) {
                    repositories.push(repository);
                }
            }
            let info = &page["pageInfo"];
            if info["hasNextPage"] == true {
                after = info["endCursor"].clone();
                if !after.is_string() {
                    return Err(shape());
                }
                continue;
            }
            // A repository that was made in between may push another over the edge of a page.
            let total = page["totalCount"].as_u64().unwrap_or(u64::MAX);
            let seen = u64::try_from(names.len()).unwrap_or_default();
            return Ok(Listing {
                repositories,
                incomplete: seen < total,
            });
        }
        Err(ListError::Answer("with pages without end".to_owned()))
    }

    async fn page(&self, after: &Value, outbound: &Outbound) -> Result<Value, ListError> {
        let branch = self.discovery.filters.branch.as_deref().unwrap_or("HEAD");
        let path = self.discovery.catalog_path.trim_start_matches('/');
        let body = json!({
            "query": QUERY,
            "variables": {
                "owner": self.owner,
                "file": format!("{branch}:{path}"),
                "first": self.discovery.page_size,
                "after": after,
            },
        });
        let mut call = Call::new(Method::POST, self.url.clone()).accept("application/json");
        call.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        call.body = Some(body.to_string().into());
        call.credential = Some(self.credential.clone());
        call.time_limit = TIME_LIMIT;
        let reply = outbound.send(call).await?;
        match reply.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(FetchError::Denied(reply.status).into());
            }
            status if !status.is_success() => return Err(FetchError::Status(status).into()),
            _ => {}
        }
        let answer: Value = serde_json::from_slice(&reply.body)
            .map_err(|error| ListError::Answer(format!("with what is no JSON: {error}")))?;
        // With errors, the data beside them is only what could be had.
        if let Some(error) = answer["errors"].get(0) {
            let message = error["message"].as_str().unwrap_or("an error");
            let message: String = message.chars().take(300).collect();
            return Err(ListError::Answer(format!("with an error: {message}")));
        }
        Ok(answer["data"].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn graphql_stands_beside_the_api() {
        let check = |api: &str, expected: &str| {
            assert_eq!(graphql_url(api).unwrap().as_str(), expected);
        };
        check("https://api.github.com", "https://api.github.com/graphql");
        check(
            "https://api.octo.ghe.com",
            "https://api.octo.ghe.com/graphql",
        );
        check(
            "https://ghe.example.com/api/v3",
            "https://ghe.example.com/api/graphql",
        );
    }
}
