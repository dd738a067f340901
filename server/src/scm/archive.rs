//! A folder of a repository with everything below it, as the archive that its host makes.

use super::error::ScmError;
use super::name::encode;
use super::place::{Place, below, encoded, web};
use super::repository::front;
use super::{Scm, credential, parse};
use crate::config::{Integration, Provider};
use crate::outbound::{Call, Outbound};
use std::time::Duration;
use url::Url;

/// For an archive as it is sent, in bytes, and for all of it to come.
const MAX_BYTES: usize = 128 << 20;
const TIME_LIMIT: Duration = Duration::from_mins(2);

/// How to read a folder.
#[derive(Debug, Clone)]
pub struct ArchiveCall {
    /// Asks for a packed tar archive.
    pub call: Call,
    /// How many names at the beginning of each path in it are not of the repository.
    pub skip: usize,
    /// The path of the folder in the repository, without slashes around it.
    pub folder: String,
}

impl Scm {
    /// How to read the folder that a URL shows; the URL of a repository shows its root.
    ///
    /// # Errors
    /// When the URL is none, its host is not known, or hosts of its kind make no such archives.
    pub async fn archive(&self, url: &str, outbound: &Outbound) -> Result<ArchiveCall, ScmError> {
        let parsed = parse(url)?;
        let integration = self.integration(&parsed);
        let integration = integration.ok_or_else(|| ScmError::UnknownHost(url.to_owned()))?;
        let place = Place::of(integration, &parsed);
        let (repository, revision, folder) = match &place {
            Ok(place) => {
                let revision = place.revision.as_ref().map(|it| it.name.as_str());
                (place.repository.clone(), revision, place.path.join("/"))
            }
            Err(error) => {
                let front = front(integration, &parsed);
                (front.ok_or_else(|| error.clone())?, None, String::new())
            }
        };
        let (url, skip) = archive(integration, &repository, revision)?;
        let token = match repository.first() {
            Some(owner) if !integration.apps.is_empty() => {
                self.apps.of(integration, owner, outbound).await?
            }
            _ => None,
        };
        let mut call = Call::get(url);
        call.credential = token.or_else(|| credential::of(integration, &repository));
        call.max_bytes = MAX_BYTES;
        call.time_limit = TIME_LIMIT;
        Ok(ArchiveCall { call, skip, folder })
    }
}

/// Where the archive is, and how many names its host puts before each path.
fn archive(
    integration: &Integration,
    names: &[String],
    revision: Option<&str>,
) -> Result<(Url, usize), ScmError> {
    let api = integration.api_base_url.as_deref();
    let repository = encoded(names);
    let of_revision = || encode(revision.unwrap_or("HEAD"));
    Ok(match integration.provider {
        Provider::Github => {
            let api = api.unwrap_or_default();
            let path = match revision {
                Some(_) => format!("repos/{repository}/tarball/{}", of_revision()),
                None => format!("repos/{repository}/tarball"),
            };
            (below(api, &path)?, 1)
        }
        Provider::Gitlab => {
            let api = api.map_or_else(|| format!("{}/api/v4", web(integration)), str::to_owned);
            let project = encode(&names.join("/"));
            let path = format!("projects/{project}/repository/archive.tar.gz");
            let mut url = below(&api, &path)?;
            if let Some(revision) = revision {
                url.query_pairs_mut().append_pair("sha", revision);
            }
            (url, 1)
        }
        Provider::Gitea => {
            let path = format!("api/v1/repos/{repository}/archive/{}.tar.gz", of_revision());
            (below(&web(integration), &path)?, 1)
        }
        Provider::BitbucketCloud => {
            let path = format!("{repository}/get/{}.tar.gz", of_revision());
            (below(&web(integration), &path)?, 1)
        }
        Provider::BitbucketServer => {
            let [project, name] = names else {
                return Err(ScmError::Unsupported(integration.provider.name()));
            };
            let [project, name] = [project, name].map(|it| encode(it));
            let path = format!("projects/{project}/repos/{name}/archive");
            let mut url = below(api.unwrap_or_default(), &path)?;
            url.query_pairs_mut().append_pair("format", "tgz");
            if let Some(revision) = revision {
                url.query_pairs_mut().append_pair("at", revision);
            }
            (url, 0)
        }
        Provider::Azure | Provider::Gerrit => {
            return Err(ScmError::NoArchives(integration.provider.name()));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::outbound::Hosts;

    async fn check(url: &str, archive: &str, folder: &str) {
        let outbound = Outbound::new(Hosts::default(), Clock::from_fn(|| 0));
        let found = Scm::default().archive(url, &outbound).await.expect(url);
        assert_eq!(found.call.url.as_str(), archive);
        assert_eq!(found.folder, folder, "{url}");
    }

    #[tokio::test]
    async fn folders_are_read_as_archives_of_their_repository() {
        let github = "https://api.github.com/repos/acme/x/tarball";
        check("https://github.com/acme/x", github, "").await;
        check(
            "https://github.com/acme/x/tree/main/a/b",
            &format!("{github}/main"),
            "a/b",
        )
        .await;
        check(
            "https://gitlab.com/a/b/c/-/tree/main/skeleton/",
            "https://gitlab.com/api/v4/projects/a%2Fb%2Fc/repository/archive.tar.gz?sha=main",
            "skeleton",
        )
        .await;
        check(
            "https://bitbucket.org/w/r/src/main/skeleton",
            "https://bitbucket.org/w/r/get/main.tar.gz",
            "skeleton",
        )
        .await;
    }
}
