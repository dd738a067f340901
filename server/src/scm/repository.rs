//! The repository that a URL leads into, be it the page of a file or its own.

use super::error::ScmError;
use super::listing::ListingError;
use super::name::{encode, name};
use super::place::{Place, below, encoded};
use super::{Scm, credential, parse};
use crate::config::{Integration, Provider};
use crate::outbound::{Call, Fetched, Outbound};
use serde_json::Value;
use url::Url;

/// A repository of a known host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    pub(super) provider: Provider,
    /// What stands before the name: a user, an organisation, the groups of a project.
    pub owner: String,
    pub name: String,
    /// Its page, without a slash at the end.
    pub url: String,
    /// The URL shows a file or folder in it.
    pub is_inside: bool,
}

impl Repository {
    /// What sort of host it is at.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// The annotation by which tools find the repository of an entity, and its value.
    pub fn annotation(&self) -> Option<(String, String)> {
        let prefix = match self.provider {
            Provider::Azure => "dev.azure.com",
            Provider::BitbucketCloud | Provider::BitbucketServer => "bitbucket.org",
            Provider::Github => "github.com",
            Provider::Gitlab => "gitlab.com",
            Provider::Gerrit | Provider::Gitea => return None,
        };
        let slug = format!("{}/{}", self.owner, self.name);
        Some((format!("{prefix}/project-slug"), slug))
    }

    /// The page of a file at the root of the default branch, where the host has a name for it.
    pub fn file(&self, name: &str) -> Option<String> {
        self.file_at("HEAD", name)
    }

    /// The page of a file of a branch, where the host has one whose address can be told.
    pub fn file_at(&self, branch: &str, path: &str) -> Option<String> {
        let view = match self.provider {
            Provider::Github => "blob",
            Provider::Gitlab => "-/blob",
            Provider::BitbucketCloud => "src",
            Provider::Gitea if branch != "HEAD" => "src/branch",
            _ => return None,
        };
        Some(format!("{}/{view}/{}/{path}", self.url, encode(branch)))
    }
}

impl Scm {
    /// The repository that a URL leads into.
    ///
    /// # Errors
    /// When the URL is none, its host is not known, or it shows no repository.
    pub fn repository(&self, url: &str) -> Result<Repository, ScmError> {
        let parsed = parse(url)?;
        let integration = self.integration(&parsed);
        let integration = integration.ok_or_else(|| ScmError::UnknownHost(url.to_owned()))?;
        let (names, is_inside) = match Place::of(integration, &parsed) {
            Ok(place) => (place.repository, true),
            Err(error) => (front(integration, &parsed).ok_or(error)?, false),
        };
        let origin = || parsed.origin().ascii_serialization();
        let base = integration.base_url.clone().unwrap_or_else(origin);
        let page = format!("{base}/{}", names.join("/"));
        let Some((name, owner)) = names.split_last() else {
            return Err(ScmError::NotAUrl(url.to_owned()));
        };
        Ok(Repository {
            provider: integration.provider,
            owner: owner.join("/"),
            name: name.clone(),
            url: page,
            is_inside,
        })
    }
}

/// Where files of one name are in a repository.
impl Scm {
    /// The pages of all files of that name in the default branch, in the order of their paths; none
    /// where the host has no name for that branch.
    ///
    /// # Errors
    /// [`ListingError`] when the host does not list what the repository holds.
    pub async fn files_named(
        &self,
        repository: &Repository,
        name: &str,
        outbound: &Outbound,
    ) -> Result<Vec<String>, ListingError> {
        let Some(file) = repository.file(name) else {
            return Ok(Vec::new());
        };
        let branch = match repository.provider {
            Provider::Github => self.ask_default_branch(&file, outbound).await?,
            _ => "HEAD".to_owned(),
        };
        let pattern = repository.file_at(&branch, &format!("**/{name}"));
        let found = self.files(&pattern.unwrap_or(file), outbound).await?;
        Ok(found.urls)
    }

    /// The branch that a URL names, or else the default one where the host says which that is.
    pub async fn branch_of(
        &self,
        url: &str,
        repository: &Repository,
        outbound: &Outbound,
    ) -> Option<String> {
        if let Ok((_, place)) = self.place(url) {
            return place.revision.map(|revision| revision.name);
        }
        match (repository.provider, repository.file("README.md")) {
            (Provider::Github, Some(file)) => self.ask_default_branch(&file, outbound).await.ok(),
            _ => None,
        }
    }

    /// The default branch of a repository of GitHub, by which people know its files.
    async fn ask_default_branch(
        &self,
        file: &str,
        outbound: &Outbound,
    ) -> Result<String, ListingError> {
        let (integration, place) = self.place(file)?;
        let api = integration.api_base_url.as_deref().unwrap_or_default();
        let url = below(api, &format!("repos/{}", encoded(&place.repository)))?;
        let mut call = Call::get(url).accept("application/vnd.github+json");
        let token = self.token(integration, &place, outbound).await?;
        call.credential = token.or_else(|| credential::of(integration, &place.repository));
        let Fetched::Content { bytes, .. } = outbound.fetch(call).await? else {
            return Err(ListingError::Answer(
                "it is said to be unchanged".to_owned(),
            ));
        };
        let answer: Value = serde_json::from_slice(&bytes)
            .map_err(|error| ListingError::Answer(error.to_string()))?;
        let branch = answer["default_branch"].as_str().unwrap_or("HEAD");
        Ok(branch.to_owned())
    }
}

/// The names of a repository whose own page the URL is.
pub(super) fn front(integration: &Integration, url: &Url) -> Option<Vec<String>> {
    let segments = url.path_segments()?.filter(|it| !it.is_empty());
    let mut names = segments.map(name).collect::<Option<Vec<String>>>()?;
    let fits = match integration.provider {
        Provider::Github | Provider::Gitea | Provider::BitbucketCloud => names.len() == 2,
        Provider::Gitlab => names.len() >= 2 && !names.contains(&"-".to_owned()),
        _ => false,
    };
    let last = names.last_mut()?;
    if let Some(short) = last.strip_suffix(".git") {
        *last = short.to_owned();
    }
    fits.then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, slug: &str, file: Option<&str>) {
        let found = Scm::default().repository(url).unwrap();
        assert_eq!(format!("{}/{}", found.owner, found.name), slug, "{url}");
        let root = found.file("catalog-info.yaml");
        assert_eq!(root.as_deref(), file, "{url}");
    }

    #[test]
    fn pages_of_repositories_and_of_files_lead_into_them() {
        let github = Some("https://github.com/acme/x/blob/HEAD/catalog-info.yaml");
        check("https://github.com/acme/x", "acme/x", github);
        check("https://github.com/acme/x.git/", "acme/x", github);
        check(
            "https://github.com/acme/x/blob/main/a/b.yaml",
            "acme/x",
            github,
        );
        check(
            "https://gitlab.com/a/b/c",
            "a/b/c",
            Some("https://gitlab.com/a/b/c/-/blob/HEAD/catalog-info.yaml"),
        );
        for url in ["https://github.com/acme", "https://example.com/a/b", "x"] {
            assert!(Scm::default().repository(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_step_to_another_folder_is_no_name() {
        assert!(
            Scm::default()
                .repository("https://github.com/a/%2e%2e")
                .is_err()
        );
        assert!(
            Scm::default()
                .repository("https://github.com/a/b%2fc")
                .is_err()
        );
    }
}
