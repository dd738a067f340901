//! The repository that a URL leads into, be it the page of a file or its own.

use super::error::ScmError;
use super::name::name;
use super::place::{Place, web};
use super::{Scm, parse};
use crate::config::{Integration, Provider};
use url::Url;

/// A repository of a known host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    provider: Provider,
    /// What stands before the name: a user, an organisation, the groups of a project.
    pub owner: String,
    pub name: String,
    /// Its page, without a slash at the end.
    pub url: String,
    /// The URL shows a file or folder in it.
    pub is_inside: bool,
}

impl Repository {
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
        let view = match self.provider {
            Provider::Github => "blob/HEAD",
            Provider::Gitlab => "-/blob/HEAD",
            Provider::BitbucketCloud => "src/HEAD",
            _ => return None,
        };
        Some(format!("{}/{view}/{name}", self.url))
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
        let page = format!("{}/{}", web(integration), names.join("/"));
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

/// The names of a repository whose own page the URL is.
fn front(integration: &Integration, url: &Url) -> Option<Vec<String>> {
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
