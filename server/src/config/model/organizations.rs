//! `catalog.providers.githubOrg`: whose people and teams become users and groups.

use super::schedule::{self, Schedule};
use crate::config::node::{Node, NodeValue};
use crate::config::section::Section;
use crate::ingest::LocationRef;
use crate::outbound::authority;
use url::Url;

/// An entry of `catalog.providers.githubOrg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GithubOrganizations {
    /// `id`: by what the store knows what is listed.
    pub id: String,
    /// `githubUrl`, without a path: `https://github.com`.
    pub url: String,
    /// The host of that, one of `integrations.github`.
    pub host: String,
    /// `orgs`. None: every organisation that has installed the GitHub App of the host.
    pub organizations: Vec<String>,
    /// Whether the teams of each organisation have a namespace of their own: unless the only entry
    /// names a single organisation.
    pub is_namespaced: bool,
    /// `excludeSuspendedUsers`, of GitHub Enterprise Server. Default: false.
    pub excludes_suspended: bool,
    /// `defaultUserTransformer.useVerifiedEmails`: rather an address at a domain of the organisation
    /// than the public one. Default: false.
    pub uses_verified_emails: bool,
    pub schedule: Schedule,
    pub pages: OrganizationPages,
}

/// `pageSizes`: how much one request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationPages {
    /// `teams`. Default: 25.
    pub teams: u16,
    /// `teamMembers`, of each team. Default: 50.
    pub team_members: u16,
    /// `organizationMembers`. Default: 50.
    pub members: u16,
}

impl Default for OrganizationPages {
    fn default() -> Self {
        Self {
            teams: 25,
            team_members: 50,
            members: 50,
        }
    }
}

impl GithubOrganizations {
    /// The people and teams of organisations at a host, of which nothing else is said.
    pub fn new(id: &str, host: &str, organizations: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            url: format!("https://{host}"),
            host: host.to_owned(),
            organizations: organizations.iter().map(|it| (*it).to_owned()).collect(),
            is_namespaced: organizations.len() != 1,
            excludes_suspended: false,
            uses_verified_emails: false,
            schedule: Schedule::default(),
            pages: OrganizationPages::default(),
        }
    }

    /// By what the store knows what is listed.
    pub fn provider(&self) -> String {
        LocationRef::listed(&self.id).to_string()
    }

    /// Whether an organisation at a host is one of these. An app may be installed by anyone: who is
    /// told of them has it installed.
    pub fn covers(&self, host: &str, login: &str) -> bool {
        let is_it = |it: &String| it.eq_ignore_ascii_case(login);
        self.host == host && (self.organizations.is_empty() || self.organizations.iter().any(is_it))
    }
}

/// GitHub gives no more at once.
const LARGEST_PAGE: u64 = 100;
/// The id of the only entry that says none.
const SINGLE: &str = "default";
/// Where people are suspended nowhere.
const PUBLIC: &str = "github.com";

pub(super) fn read(catalog: &Section<'_>) -> Vec<GithubOrganizations> {
    let entries = entries(catalog);
    let is_alone = entries.len() == 1;
    let mut found: Vec<GithubOrganizations> = Vec::new();
    for (key, entry) in &entries {
        let Some(mut organizations) = read_entry(key.as_deref(), entry) else {
            continue;
        };
        if found.iter().any(|it| it.id == organizations.id) {
            let reason = format!("is '{}', as that of another entry", organizations.id);
            entry.refuse("id", &reason);
        }
        organizations.is_namespaced = !is_alone || organizations.organizations.len() != 1;
        found.push(organizations);
    }
    found
}

/// The ids of all entries, also of those that cannot be used.
pub(super) fn ids(catalog: &Section<'_>) -> Vec<String> {
    let entries = entries(catalog).into_iter();
    let ids = entries.map(|(key, entry)| entry.string("id").or(key).unwrap_or(SINGLE.to_owned()));
    ids.collect()
}

/// One entry, a list of them, or a map by what they are called.
fn entries<'a>(catalog: &Section<'a>) -> Vec<(Option<String>, Section<'a>)> {
    let key = "providers.githubOrg";
    let Some(node) = catalog.node(key) else {
        return Vec::new();
    };
    if let NodeValue::List(_) = node.value {
        let all = catalog.sections(key).unwrap_or_default();
        return all.into_iter().map(|it| (None, it)).collect();
    }
    let Some(section) = catalog.section(key) else {
        return Vec::new();
    };
    let is_map = |key: &String| {
        let node = section.node(key);
        node.is_some_and(|node| matches!(node.value, NodeValue::Map(_)))
    };
    let keys = section.keys();
    if section.node("githubUrl").is_some() || keys.is_empty() || !keys.iter().all(is_map) {
        return vec![(None, section)];
    }
    let all = keys.into_iter();
    all.filter_map(|key| Some((Some(key.clone()), section.section(&key)?)))
        .collect()
}

/// An entry without a URL, whose variable is not set, is as good as absent.
fn read_entry(key: Option<&str>, entry: &Section<'_>) -> Option<GithubOrganizations> {
    let id = entry.string("id");
    let id = id.unwrap_or_else(|| key.unwrap_or(SINGLE).to_owned());
    if !is_plain(&id) {
        entry.refuse(
            "id",
            "should hold letters, digits, '-', '_' and '.' only, at most 63",
        );
    }
    let named = entry.strings("orgs");
    let read = GithubOrganizations {
        excludes_suspended: entry.boolean("excludeSuspendedUsers").unwrap_or_default(),
        uses_verified_emails: entry
            .boolean("defaultUserTransformer.useVerifiedEmails")
            .unwrap_or_default(),
        schedule: schedule::read(entry),
        pages: read_pages(entry),
        ..GithubOrganizations::new(&id, PUBLIC, &[])
    };
    let Some(text) = entry.string("githubUrl") else {
        entry.warn(
            "",
            "is not used, for it names no githubUrl, such as https://github.com",
        );
        return None;
    };
    let Some((url, host, of_url)) = read_url(&text) else {
        entry.refuse(
            "githubUrl",
            "should be the URL of a GitHub, or of an organisation there, such as https://github.com",
        );
        return None;
    };
    let is_named = named.is_some();
    let organizations = named.unwrap_or_else(|| of_url.into_iter().collect());
    if let Some(wrong) = organizations.iter().find(|it| !is_plain(it)) {
        let reason = format!("holds '{wrong}', which cannot be the name of an organisation");
        entry.refuse("orgs", &reason);
    }
    if is_named && organizations.is_empty() {
        entry.warn(
            "orgs",
            "is empty, so that every organisation which has installed the GitHub App is listed",
        );
    }
    let mut excludes_suspended = read.excludes_suspended;
    if excludes_suspended && host == PUBLIC {
        entry.warn(
            "excludeSuspendedUsers",
            "is for GitHub Enterprise Server; nobody is suspended at github.com",
        );
        excludes_suspended = false;
    }
    Some(GithubOrganizations {
        url,
        host,
        organizations,
        excludes_suspended,
        ..read
    })
}

/// The URL of a GitHub without a path, its host, and the organisation of the path.
fn read_url(text: &str) -> Option<(String, String, Option<String>)> {
    let url = Url::parse(text).ok()?;
    let host = authority(&url)?;
    let is_web = ["http", "https"].contains(&url.scheme());
    let is_bare = url.username().is_empty() && url.password().is_none();
    let organization = match url.path() {
        "" | "/" => None,
        _ => Some(organization_of(text)?),
    };
    (is_web && is_bare).then(|| (format!("{}://{host}", url.scheme()), host, organization))
}

/// The organisation whose page a URL is; none for other URLs.
pub fn organization_of(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let mut parts = url.path_segments()?.filter(|it| !it.is_empty());
    let (first, others) = (parts.next()?, parts.next());
    let decoded = percent_encoding::percent_decode_str(first).decode_utf8();
    let decoded = decoded.ok().filter(|it| !it.contains('/'))?;
    others.is_none().then(|| decoded.into_owned())
}

fn is_plain(name: &str) -> bool {
    let fits = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    (1..=63).contains(&name.len()) && name.chars().all(fits)
}

fn read_pages(entry: &Section<'_>) -> OrganizationPages {
    let default = OrganizationPages::default();
    OrganizationPages {
        teams: read_size(entry, "pageSizes.teams", default.teams),
        team_members: read_size(entry, "pageSizes.teamMembers", default.team_members),
        members: read_size(entry, "pageSizes.organizationMembers", default.members),
    }
}

/// How much one request asks for.
pub(super) fn read_size(entry: &Section<'_>, key: &str, default: u16) -> u16 {
    let Some(size) = entry.node(key).map(Node::to_json) else {
        return default;
    };
    entry.value(key);
    let size = size.as_u64().filter(|it| (1..=LARGEST_PAGE).contains(it));
    let size = size.and_then(|it| u16::try_from(it).ok());
    size.unwrap_or_else(|| {
        entry.refuse(key, "should be a whole number from 1 to 100");
        default
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;
    use std::time::Duration;

    fn read(text: &str) -> Vec<GithubOrganizations> {
        let text = format!("catalog: {{providers: {{githubOrg: {text}}}}}");
        let loaded = load_text(&text).unwrap();
        assert_eq!(loaded.warnings.len(), 0, "{:?}", loaded.warnings);
        loaded.config.catalog.github_organizations
    }

    #[test]
    fn one_organisation_of_one_entry_needs_no_namespace() {
        let summary = |text: &str| -> Vec<(String, String, Vec<String>, bool)> {
            let all = read(text).into_iter();
            all.map(|it| (it.id, it.url, it.organizations, it.is_namespaced))
                .collect()
        };
        let check = |text: &str, expected: &[(&str, &str, &[&str], bool)]| {
            let found = summary(text);
            let found: Vec<_> = found
                .iter()
                .map(|(id, url, all, is)| {
                    let all: Vec<&str> = all.iter().map(String::as_str).collect();
                    (id.as_str(), url.as_str(), all, *is)
                })
                .collect();
            let expected: Vec<_> = expected
                .iter()
                .map(|(id, url, all, is)| (*id, *url, all.to_vec(), *is))
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        let public = "https://github.com";
        check(
            "{id: production, githubUrl: 'https://github.com/', orgs: [playhouse]}",
            &[("production", public, &["playhouse"], false)],
        );
        check(
            "[{id: a, githubUrl: 'https://github.com', orgs: [playhouse, opera]}]",
            &[("a", public, &["playhouse", "opera"], true)],
        );
        check(
            "[{id: a, githubUrl: 'https://github.com', orgs: [x]}, {id: b, githubUrl: 'https://ghe.example.com', orgs: [y]}]",
            &[
                ("a", public, &["x"], true),
                ("b", "https://ghe.example.com", &["y"], true),
            ],
        );
        check(
            "{githubUrl: 'https://github.com'}",
            &[("default", public, &[], true)],
        );
        check(
            "{githubUrl: 'https://github.com/playhouse'}",
            &[("default", public, &["playhouse"], false)],
        );
        check(
            "{one: {githubUrl: 'https://github.com', orgs: [x]}}",
            &[("one", public, &["x"], false)],
        );
    }

    #[test]
    fn everything_else_has_a_default() {
        let [found] = &read(
            "{id: a, githubUrl: 'https://ghe.example.com', excludeSuspendedUsers: true, \
              defaultUserTransformer: {useVerifiedEmails: true}, schedule: {frequency: PT30M}, \
              pageSizes: {teams: 5, teamMembers: 6, organizationMembers: 7}}",
        )[..] else {
            panic!("one entry expected");
        };
        assert!(found.excludes_suspended && found.uses_verified_emails);
        let pages = &found.pages;
        assert_eq!((pages.teams, pages.team_members, pages.members), (5, 6, 7));
        let frequency = super::super::Frequency::Every(Duration::from_mins(30));
        assert_eq!(found.schedule.frequency, frequency);
        assert!(found.covers("ghe.example.com", "any") && !found.covers("github.com", "any"));
    }

    #[test]
    fn what_cannot_work_is_refused_with_its_line() {
        let text = "
catalog:
  providers:
    githubOrg:
      - id: a
        githubUrl: ghe.example.com
      - id: a b
        githubUrl: https://github.com/orgs/playhouse
      - id: c
        githubUrl: https://github.com
        orgs: [play/house]
        pageSizes: {teams: 101}
      - id: c
        githubUrl: https://github.com
";
        let error = load_text(text).unwrap_err();
        let mut found: Vec<_> = error.problems.iter().map(|it| it.line).collect();
        found.sort_unstable();
        let expected = [6, 7, 8, 11, 12, 13].map(Some);
        assert_eq!(found, expected, "{error}");
    }

    #[test]
    fn what_is_not_set_is_a_warning() {
        let check = |text: &str, left: usize| {
            let text = format!("catalog: {{providers: {{githubOrg: {text}}}}}");
            let loaded = load_text(&text).unwrap();
            assert_eq!(loaded.warnings.len(), 1, "{:?}", loaded.warnings);
            let catalog = loaded.config.catalog;
            assert_eq!(catalog.github_organizations.len(), left);
            assert_eq!(catalog.github_organization_ids, ["a"]);
        };
        check("{id: a, githubUrl: '${UNSET}'}", 0);
        check("{id: a, githubUrl: 'https://github.com', orgs: []}", 1);
        let suspended =
            "{id: a, githubUrl: 'https://github.com', orgs: [x], excludeSuspendedUsers: true}";
        check(suspended, 1);
    }

    #[test]
    fn an_organisation_is_the_whole_path() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(organization_of(url).as_deref(), expected, "{url}");
        };
        check("https://github.com/playhouse/", Some("playhouse"));
        check("https://github.com/a%2Fb", None);
        check("https://github.com/a/b", None);
        check("https://github.com", None);
    }
}
