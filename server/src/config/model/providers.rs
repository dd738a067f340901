//! `catalog.providers`: where catalog files are looked for rather than named.

use super::organizations::read_size;
use super::schedule::{self, Schedule};
use crate::config::node::NodeValue;
use crate::config::reader::ConfigReader;
use crate::config::section::{Section, Trace};
use crate::config::{ConfigProblem, compile_whole};

/// An entry of `catalog.providers.github`: the repositories of an owner, or of everybody who has
/// installed a GitHub App.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubDiscovery {
    /// The key of the entry; `default` where there is a single one without a key.
    pub id: String,
    /// `host`: one of `integrations.github`. Default: `github.com`.
    pub host: String,
    /// `organization`: the owner of the repositories.
    pub organization: Option<String>,
    /// `app`: the id of a GitHub App, to look through every organisation that has installed it.
    pub app: Option<String>,
    /// `catalogPath`: the file in each repository, or a pattern such as `/**/catalog-info.yaml`.
    /// Default: `/catalog-info.yaml`.
    pub catalog_path: String,
    pub filters: RepositoryFilters,
    /// `validateLocationsExist`: pass over repositories that do not hold the file. Default: false,
    /// for a file that is not there is no problem.
    pub validate_locations_exist: bool,
    pub schedule: Schedule,
    /// `pageSizes.repositories`: how many repositories one request asks for. Default: 25.
    pub page_size: u16,
}

/// `filters`: which repositories are looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepositoryFilters {
    /// `repository`: a regular expression for the whole name.
    pub repository: Option<String>,
    /// `branch`: in place of each repository's default branch.
    pub branch: Option<String>,
    /// `topic.include`: at least one of them; None and an empty list want none.
    pub topics: Option<Vec<String>>,
    /// `topic.exclude`: none of them.
    pub excluded_topics: Option<Vec<String>>,
    /// `allowForks`. Default: true.
    pub allow_forks: bool,
    /// `allowArchived`. Default: false.
    pub allow_archived: bool,
    /// `visibility`: some of `public`, `internal` and `private`. Default: all.
    pub visibility: Option<Vec<String>>,
}

impl Default for RepositoryFilters {
    fn default() -> Self {
        Self {
            repository: None,
            branch: None,
            topics: None,
            excluded_topics: None,
            allow_forks: true,
            allow_archived: false,
            visibility: None,
        }
    }
}

impl GithubDiscovery {
    /// The repositories of an owner at a host, of which nothing else is said.
    pub fn new(id: &str, host: &str, organization: &str) -> Self {
        Self {
            id: id.to_owned(),
            host: host.to_owned(),
            organization: Some(organization.to_owned()),
            app: None,
            catalog_path: "/catalog-info.yaml".to_owned(),
            filters: RepositoryFilters::default(),
            validate_locations_exist: false,
            schedule: Schedule::default(),
            page_size: PAGE_SIZE,
        }
    }

    /// Whether `catalog_path` names many files of a repository.
    pub fn is_pattern(&self) -> bool {
        self.catalog_path.contains('*')
    }
}

/// Repositories in one request.
const PAGE_SIZE: u16 = 25;
/// The key of the only entry.
const SINGLE: &str = "default";

/// Reads `catalog.providers.github` alone, from a configuration that holds it.
///
/// # Errors
/// What is wrong with it.
pub fn read_github_discovery(
    reader: ConfigReader<'_>,
) -> Result<Vec<GithubDiscovery>, Vec<ConfigProblem>> {
    let trace = Trace::default();
    let root = Section::new(reader, &trace);
    let found = root.section("catalog").map(|catalog| read(&catalog));
    let problems = trace.problems.into_inner();
    if problems.is_empty() {
        Ok(found.unwrap_or_default())
    } else {
        Err(problems)
    }
}

pub(super) fn read(catalog: &Section<'_>) -> Vec<GithubDiscovery> {
    let Some(github) = catalog.section("providers.github") else {
        return Vec::new();
    };
    if is_single(&github) {
        return read_entry(SINGLE.to_owned(), &github).into_iter().collect();
    }
    let entries = github.keys().into_iter();
    let entries = entries.filter_map(|id| read_entry(id.clone(), &github.section(&id)?));
    entries.collect()
}

/// The keys of all entries, also of those that cannot be used.
pub(super) fn ids(catalog: &Section<'_>) -> Vec<String> {
    match catalog.section("providers.github") {
        Some(github) if is_single(&github) => vec![SINGLE.to_owned()],
        Some(github) => github.keys(),
        None => Vec::new(),
    }
}

/// Whether there is one entry, without a key of its own.
fn is_single(github: &Section<'_>) -> bool {
    let is_value = |key: &&str| {
        let node = github.node(key);
        node.is_some_and(|node| !matches!(node.value, NodeValue::Map(_)))
    };
    ["organization", "app"].iter().any(is_value)
}

/// An entry without an owner, whose variable is not set, is as good as absent.
fn read_entry(id: String, entry: &Section<'_>) -> Option<GithubDiscovery> {
    let (organization, app) = (entry.string("organization"), entry.text("app"));
    let host = entry.string("host").unwrap_or("github.com".to_owned());
    let default = GithubDiscovery::new(&id, &host, "");
    let found = GithubDiscovery {
        catalog_path: entry.string("catalogPath").unwrap_or(default.catalog_path),
        filters: read_filters(entry),
        validate_locations_exist: entry.boolean("validateLocationsExist").unwrap_or_default(),
        schedule: schedule::read(entry),
        page_size: read_size(entry, "pageSizes.repositories", PAGE_SIZE),
        organization,
        app,
        ..default
    };
    if found.is_pattern() && found.validate_locations_exist {
        entry.refuse(
            "catalogPath",
            "is a pattern, whose files are not known in advance; name one file, or leave out validateLocationsExist",
        );
    }
    if found.organization.is_none() && found.app.is_none() {
        entry.warn("", "is not used, for it names no organization and no app");
        return None;
    }
    Some(found)
}

fn read_filters(entry: &Section<'_>) -> RepositoryFilters {
    let default = RepositoryFilters::default();
    let Some(filters) = entry.section("filters") else {
        return default;
    };
    let found = RepositoryFilters {
        repository: filters.string("repository"),
        branch: filters.string("branch"),
        topics: filters.strings("topic.include"),
        excluded_topics: filters.strings("topic.exclude"),
        allow_forks: filters.boolean("allowForks").unwrap_or(default.allow_forks),
        allow_archived: filters
            .boolean("allowArchived")
            .unwrap_or(default.allow_archived),
        visibility: filters.strings("visibility"),
    };
    if let Some(pattern) = &found.repository
        && let Err(reason) = compile_whole(pattern)
    {
        let reason = format!("is no regular expression: {reason}");
        filters.refuse("repository", &reason);
    }
    if found.branch.as_ref().is_some_and(|it| it.contains('/')) {
        filters.refuse(
            "branch",
            "holds a slash, which cannot be told from a path in the URL of a file; use a branch without one",
        );
    }
    let known = ["public", "internal", "private"];
    for word in found.visibility.iter().flatten() {
        if !known.contains(&word.as_str()) {
            let reason = format!("holds '{word}', should be some of {}", known.join(", "));
            filters.refuse("visibility", &reason);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    fn read(text: &str) -> Vec<GithubDiscovery> {
        let text = format!("catalog: {{providers: {{github: {text}}}}}");
        load_text(&text).unwrap().config.catalog.github
    }

    #[test]
    fn one_entry_needs_no_key_and_several_have_one() {
        let [only] = &read("{organization: playhouse}")[..] else {
            panic!("one entry expected");
        };
        assert_eq!(only.id, "default");
        assert_eq!(only.host, "github.com");
        assert_eq!(only.catalog_path, "/catalog-info.yaml");
        assert_eq!(only.page_size, 25);
        assert_eq!(only.filters, RepositoryFilters::default());
        assert_eq!(only.schedule, Schedule::default());
        let found = read("{app: {app: 7}, b: {organization: o, pageSizes: {repositories: 9}}}");
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.id.as_str(), it.app.as_deref(), it.page_size))
            .collect();
        assert_eq!(found, [("app", Some("7"), 25), ("b", None, 9)]);
    }

    #[test]
    fn what_cannot_work_is_refused_with_its_line() {
        let text = "
catalog:
  providers:
    github:
      a:
        organization: o
        validateLocationsExist: true
        catalogPath: /*/catalog-info.yaml
      b:
        organization: o
        filters:
          branch: feature/x
          repository: '('
          visibility: [secret]
        pageSizes: {repositories: 101}
      c: {host: ghe.example.com}
";
        let error = load_text(text).unwrap_err();
        let found: Vec<_> = error.problems.iter().map(|it| it.line).collect();
        assert_eq!(
            found,
            [Some(8), Some(13), Some(12), Some(14), Some(15)],
            "{error}"
        );
    }

    #[test]
    fn an_owner_that_is_not_set_is_a_warning() {
        let text = "catalog: {providers: {github: {a: {organization: '${UNSET}'}}}}";
        let loaded = load_text(text).unwrap();
        assert_eq!(loaded.config.catalog.github, []);
        assert_eq!(loaded.config.catalog.github_ids, ["a"]);
        assert_eq!(loaded.warnings.len(), 1, "{:?}", loaded.warnings);
    }
}
