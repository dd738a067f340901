//! Which repositories count, and where their catalog files are. Pure.

use super::Repository;
use crate::config::{GithubDiscovery, compile_whole};
use fancy_regex::Regex;
use url::Url;

/// One entry of `catalog.providers.github`, ready to be asked.
#[derive(Debug, Clone)]
pub struct Discovery {
    pub config: GithubDiscovery,
    /// None takes every name.
    name: Option<Regex>,
}

impl Discovery {
    /// # Errors
    /// When the pattern for names is none; reading the configuration has refused that before.
    pub fn new(config: GithubDiscovery) -> Result<Self, String> {
        let name = config.filters.repository.as_deref();
        Ok(Self {
            name: name.map(compile_whole).transpose()?,
            config,
        })
    }

    /// By what the store knows the locations that were found.
    pub fn provider(&self) -> String {
        format!("github:{}", self.config.id)
    }

    /// How a location is kept: one that is not known to exist may be absent.
    pub fn presence(&self) -> &'static str {
        if self.config.validate_locations_exist {
            "required"
        } else {
            "optional"
        }
    }

    /// Whether the repositories of an owner at a host are looked through at all. An app's may be
    /// anyone's: who is told of them has it installed.
    pub fn covers(&self, host: &str, owner: &str) -> bool {
        let organization = self.config.organization.as_ref();
        self.config.host == host
            && organization.is_none_or(|organization| organization.eq_ignore_ascii_case(owner))
    }

    /// Whether a repository passes the filters.
    pub fn wants(&self, repository: &Repository) -> bool {
        let filters = &self.config.filters;
        let has_name = |name: &Regex| name.is_match(&repository.name).unwrap_or_default();
        (filters.allow_archived || !repository.is_archived)
            && self.name.as_ref().is_none_or(has_name)
            && topics_match(
                &repository.topics,
                filters.topics.as_deref(),
                filters.excluded_topics.as_deref(),
            )
            && forks_match(filters.allow_forks, repository.is_fork)
            && visibility_matches(filters.visibility.as_deref(), &repository.visibility)
    }

    /// The branch whose files count; none when nothing was ever put into the repository.
    pub fn branch<'a>(&'a self, repository: &'a Repository) -> Option<&'a str> {
        let branch = self.config.filters.branch.as_deref();
        branch.or(repository.default_branch.as_deref())
    }

    /// The URL of the catalog file of a repository, or of the pattern of its catalog files. None
    /// when it does not count, or is known not to hold the file where that matters.
    pub fn target(&self, repository: &Repository) -> Option<String> {
        let is_there = !self.config.validate_locations_exist || repository.holds_file == Some(true);
        if !is_there || !self.wants(repository) {
            return None;
        }
        let mut url = Url::parse(&repository.url).ok()?;
        {
            let mut segments = url.path_segments_mut().ok()?;
            segments.pop_if_empty().push("blob");
            segments.push(self.branch(repository)?);
            segments.extend(self.path().split('/'));
        }
        Some(url.into())
    }

    /// The path of the catalog file from the root of a repository.
    pub fn path(&self) -> &str {
        self.config.catalog_path.trim_start_matches('/')
    }
}

/// Whether a repository with `topics` passes. An empty list of either kind wants nothing; who has an
/// excluded topic is out whatever else it has.
pub fn topics_match(
    topics: &[String],
    included: Option<&[String]>,
    excluded: Option<&[String]>,
) -> bool {
    let has_one_of = |wanted: &[String]| wanted.iter().any(|it| topics.contains(it));
    let included = included.filter(|it| !it.is_empty());
    included.is_none_or(has_one_of) && !excluded.is_some_and(has_one_of)
}

/// Whether a fork passes.
pub fn forks_match(allow_forks: bool, is_fork: bool) -> bool {
    allow_forks || !is_fork
}

/// Whether a visibility is among those wanted; an empty list wants any.
pub fn visibility_matches(wanted: Option<&[String]>, visibility: &str) -> bool {
    let wanted = wanted.filter(|it| !it.is_empty());
    wanted.is_none_or(|wanted| wanted.iter().any(|it| it == visibility))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn discovery(set: impl FnOnce(&mut GithubDiscovery)) -> Discovery {
        let mut config = GithubDiscovery::new("a", "github.com", "Playhouse");
        set(&mut config);
        Discovery::new(config).unwrap()
    }

    fn repository() -> Repository {
        Repository {
            owner: "playhouse".to_owned(),
            name: "orders".to_owned(),
            url: "https://github.com/playhouse/orders".to_owned(),
            default_branch: Some("main".to_owned()),
            topics: Vec::new(),
            is_fork: false,
            is_archived: false,
            visibility: "private".to_owned(),
            holds_file: Some(false),
        }
    }

    #[test]
    fn a_repository_has_one_target() {
        let check = |discovery: Discovery, repository: Repository, expected: Option<&str>| {
            assert_eq!(discovery.target(&repository).as_deref(), expected);
        };
        let file = "https://github.com/playhouse/orders/blob/main/catalog-info.yaml";
        check(discovery(|_| {}), repository(), Some(file));
        let checked = || discovery(|it| it.validate_locations_exist = true);
        check(checked(), repository(), None);
        let there = Repository {
            holds_file: Some(true),
            ..repository()
        };
        check(checked(), there, Some(file));
        let pattern = discovery(|it| {
            it.catalog_path = "**/a b.yaml".to_owned();
            it.filters.branch = Some("next".to_owned());
        });
        let expected = "https://github.com/playhouse/orders/blob/next/**/a%20b.yaml";
        check(pattern, repository(), Some(expected));
        let slash = Repository {
            default_branch: Some("release/1".to_owned()),
            ..repository()
        };
        let expected = "https://github.com/playhouse/orders/blob/release%2F1/catalog-info.yaml";
        check(discovery(|_| {}), slash, Some(expected));
        let empty = Repository {
            default_branch: None,
            ..repository()
        };
        check(discovery(|_| {}), empty, None);
        let archived = Repository {
            is_archived: true,
            ..repository()
        };
        check(discovery(|_| {}), archived.clone(), None);
        let allowed = discovery(|it| it.filters.allow_archived = true);
        check(allowed, archived, Some(file));
        let named = discovery(|it| it.filters.repository = Some("order".to_owned()));
        check(named, repository(), None);
    }

    #[test]
    fn an_owner_is_covered_at_its_host_only() {
        let discovery = discovery(|_| {});
        assert!(discovery.covers("github.com", "playhouse"));
        assert!(!discovery.covers("ghe.example.com", "playhouse"));
        assert!(!discovery.covers("github.com", "play"));
    }
}
