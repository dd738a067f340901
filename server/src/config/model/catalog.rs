//! `catalog`: what is read into the catalog, how often, and which kinds are allowed.

use std::time::Duration;

use serde_json::Value;

use super::kinds::{self, CustomKind};
use super::organizations::{self, GithubOrganizations};
use super::providers::{self, GithubDiscovery};
use crate::config::section::Section;
use crate::git::BranchName;
use app::catalog::CATALOG_FILE;

#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// `catalog.rules`: which kinds may come from where. None: Component, API and Location only.
    pub rules: Option<Vec<CatalogRule>>,
    /// `catalog.locations`: what is always read.
    pub locations: Vec<StaticLocation>,
    /// `catalog.processingInterval`: how long until a source is read again, `false` for never.
    /// Default two minutes.
    pub processing_interval: Option<Duration>,
    /// `catalog.kinds`: kinds beside those the catalog knows. Default none.
    pub kinds: Vec<CustomKind>,
    /// `catalog.providers.github`: owners whose repositories are looked through.
    pub github: Vec<GithubDiscovery>,
    /// The keys there, also of entries that cannot be used.
    pub github_ids: Vec<String>,
    /// `catalog.providers.githubOrg`: whose people and teams become users and groups.
    pub github_organizations: Vec<GithubOrganizations>,
    /// The ids there, also of entries that cannot be used.
    pub github_organization_ids: Vec<String>,
    /// `catalog.orphanProviderStrategy`: what becomes of what a provider found that is configured no
    /// more. Default `delete`.
    pub orphan_providers: OrphanStrategy,
    /// `catalog.readonly`: nobody registers or removes locations through the API. Default false.
    pub readonly: bool,
    /// `catalog.defaultLocationConflictStrategy`: what becomes of a location that is registered
    /// once more. Default `reject`.
    pub on_conflict: OnConflict,
    /// `catalog.import`: how files are offered to repositories that have none.
    pub import: Import,
    /// `catalog.orphanStrategy`: what becomes of an entity that nothing leads to any more. Default
    /// `delete`.
    pub orphans: OrphanStrategy,
    /// `catalog.leaseDuration`: how long a process that has died keeps the sources it was reading.
    /// Default 20 seconds.
    pub lease: Duration,
}

/// What becomes of an entity that nothing leads to any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrphanStrategy {
    #[default]
    Delete,
    Keep,
}

impl OrphanStrategy {
    /// How it is written.
    pub const WORDS: [(&str, Self); 2] = [("delete", Self::Delete), ("keep", Self::Keep)];
}

/// What becomes of a location that is registered once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnConflict {
    /// It is read anew.
    Refresh,
    #[default]
    Reject,
}

/// How catalog files are offered to repositories that have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// `entityFilename`: what catalog files are called. Default `catalog-info.yaml`.
    pub file: String,
    /// `pullRequestBranchName`: the branch that is made for a pull request. Default
    /// `callboard-catalog-info`.
    pub branch: String,
}

impl Default for Import {
    fn default() -> Self {
        Self {
            file: CATALOG_FILE.to_owned(),
            branch: "callboard-catalog-info".to_owned(),
        }
    }
}

/// One rule; an entity that any rule allows is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogRule {
    /// None allows every kind, an empty list none.
    pub allow: Option<Vec<AllowedKind>>,
    /// Where the rule applies; None means everywhere. Rules of a static location have none.
    pub locations: Option<Vec<LocationPattern>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedKind {
    pub kind: String,
    /// Only entities with this `spec.type`.
    pub spec_type: Option<String>,
}

/// A location matches if everything that is given matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationPattern {
    pub r#type: String,
    pub exact: Option<String>,
    /// A glob such as `https://github.com/org/*/blob/main/*.yaml`.
    pub pattern: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaticLocation {
    /// `file` or `url`.
    pub r#type: String,
    /// A path relative to the working folder, or a URL.
    pub target: String,
    /// Rules for this location beside those of `catalog.rules`.
    pub rules: Vec<CatalogRule>,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            rules: None,
            locations: Vec::new(),
            processing_interval: Some(Duration::from_mins(2)),
            kinds: Vec::new(),
            readonly: false,
            on_conflict: OnConflict::default(),
            import: Import::default(),
            github: Vec::new(),
            github_ids: Vec::new(),
            github_organizations: Vec::new(),
            github_organization_ids: Vec::new(),
            orphan_providers: OrphanStrategy::default(),
            orphans: OrphanStrategy::default(),
            lease: Duration::from_secs(20),
        }
    }
}

impl OnConflict {
    /// How it is written.
    pub const WORDS: [(&str, Self); 2] = [("refresh", Self::Refresh), ("reject", Self::Reject)];
}

impl Catalog {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let Some(catalog) = root.section("catalog") else {
            return Self::default();
        };
        let locations = catalog.sections("locations").unwrap_or_default();
        Self {
            rules: catalog
                .sections("rules")
                .map(|rules| rules.iter().map(read_rule).collect()),
            locations: locations.iter().filter_map(read_location).collect(),
            processing_interval: read_interval(&catalog),
            kinds: kinds::read(&catalog),
            readonly: catalog.boolean("readonly").unwrap_or_default(),
            on_conflict: catalog
                .choice("defaultLocationConflictStrategy", &OnConflict::WORDS)
                .unwrap_or_default(),
            import: read_import(&catalog),
            github: providers::read(&catalog),
            github_ids: providers::ids(&catalog),
            github_organizations: organizations::read(&catalog),
            github_organization_ids: organizations::ids(&catalog),
            orphan_providers: catalog
                .choice("orphanProviderStrategy", &OrphanStrategy::WORDS)
                .unwrap_or_default(),
            orphans: catalog
                .choice("orphanStrategy", &OrphanStrategy::WORDS)
                .unwrap_or_default(),
            lease: read_lease(&catalog),
        }
    }
}

fn read_import(catalog: &Section<'_>) -> Import {
    let mut import = Import::default();
    let Some(section) = catalog.section("import") else {
        return import;
    };
    if let Some(file) = section.string("entityFilename") {
        let is_part = |part: &str| !matches!(part, "" | "." | "..");
        if file.split('/').all(is_part) && !file.contains(['?', '#', '*', '[', '{', '\\']) {
            import.file = file;
        } else {
            section.refuse(
                "entityFilename",
                "should be the name of a file in a repository",
            );
        }
    }
    if let Some(branch) = section.string("pullRequestBranchName") {
        match BranchName::parse(&branch) {
            Ok(_) => import.branch = branch,
            Err(error) => {
                section.refuse("pullRequestBranchName", &format!("cannot be used: {error}"));
            }
        }
    }
    import
}

fn read_lease(catalog: &Section<'_>) -> Duration {
    let key = "leaseDuration";
    let lease = catalog.duration(key).unwrap_or(Catalog::default().lease);
    if lease < Duration::from_secs(1) {
        catalog.refuse(key, "should be at least a second");
    }
    lease
}

fn read_interval(catalog: &Section<'_>) -> Option<Duration> {
    let key = "processingInterval";
    let default = Catalog::default().processing_interval;
    match catalog.node(key).map(crate::config::node::Node::to_json) {
        Some(Value::Bool(on)) => {
            catalog.boolean(key);
            default.filter(|_| on)
        }
        _ => catalog.duration(key).or(default),
    }
}

fn read_location(location: &Section<'_>) -> Option<StaticLocation> {
    let rules = location.sections("rules").unwrap_or_default();
    let (kind, target) = (
        location.required_string("type"),
        location.required_string("target"),
    );
    Some(StaticLocation {
        r#type: kind?,
        target: target?,
        rules: rules.iter().map(read_rule).collect(),
    })
}

fn read_rule(rule: &Section<'_>) -> CatalogRule {
    let locations = rule.sections("locations").map(|patterns| {
        patterns
            .iter()
            .filter_map(|pattern| {
                Some(LocationPattern {
                    exact: pattern.string("exact"),
                    pattern: pattern.string("pattern"),
                    r#type: pattern.required_string("type")?,
                })
            })
            .collect()
    });
    CatalogRule {
        allow: read_allow(rule),
        locations,
    }
}

/// Kinds as text, or as maps with `kind` and `spec.type`, whose dot is part of the name.
fn read_allow(rule: &Section<'_>) -> Option<Vec<AllowedKind>> {
    let key = "allow";
    let allow = match rule.value(key)? {
        Value::Array(items) => items.into_iter().map(read_allowed_kind).collect(),
        _ => None,
    };
    if allow.is_none() {
        rule.refuse(
            key,
            "should be a list of kinds such as [Component, {kind: API, spec.type: openapi}]",
        );
    }
    allow
}

fn read_allowed_kind(item: Value) -> Option<AllowedKind> {
    match item {
        Value::String(kind) if !kind.is_empty() => Some(AllowedKind {
            kind,
            spec_type: None,
        }),
        Value::Object(entry) => Some(AllowedKind {
            kind: entry.get("kind")?.as_str()?.to_owned(),
            spec_type: match entry.get("spec.type") {
                Some(spec_type) => Some(spec_type.as_str()?.to_owned()),
                None => None,
            },
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    fn read(text: &str) -> Catalog {
        load_text(text).unwrap().config.catalog
    }

    #[test]
    fn rules_and_locations() {
        let catalog = read(
            "
catalog:
  rules:
    - allow: [Component, {kind: API, spec.type: openapi}]
    - locations: [{type: url, pattern: 'https://example.com/*.yaml'}]
  locations:
    - type: file
      target: examples/catalog.yaml
      rules: [{allow: [User]}]
",
        );
        let rules = catalog.rules.unwrap();
        let allowed = rules[0].allow.as_deref().unwrap();
        assert_eq!(allowed[0].kind, "Component");
        assert_eq!(allowed[1].spec_type.as_deref(), Some("openapi"));
        assert_eq!(rules[1].allow, None);
        let patterns = rules[1].locations.as_deref().unwrap();
        assert_eq!(
            patterns[0].pattern.as_deref(),
            Some("https://example.com/*.yaml")
        );
        assert_eq!(catalog.locations[0].target, "examples/catalog.yaml");
        assert_eq!(catalog.locations[0].rules.len(), 1);
    }

    #[test]
    fn the_interval_is_a_duration_or_switched_off() {
        let interval =
            |text| read(&format!("catalog: {{processingInterval: {text}}}")).processing_interval;
        assert_eq!(interval("false"), None);
        assert_eq!(interval("{minutes: 3}"), Some(Duration::from_mins(3)));
        assert_eq!(interval("PT1H"), Some(Duration::from_hours(1)));
        assert_eq!(read("{}").processing_interval, Some(Duration::from_mins(2)));
    }

    #[test]
    fn locations_may_be_fixed_and_conflicts_solved() {
        let catalog = read("catalog: {readonly: true, defaultLocationConflictStrategy: refresh}");
        assert!(catalog.readonly);
        assert_eq!(catalog.on_conflict, OnConflict::Refresh);
        assert_eq!(read("{}").on_conflict, OnConflict::Reject);
    }

    #[test]
    fn files_are_offered_under_a_name_and_on_a_branch() {
        let import =
            read("catalog: {import: {entityFilename: about.yaml, pullRequestBranchName: a/b}}")
                .import;
        assert_eq!((&*import.file, &*import.branch), ("about.yaml", "a/b"));
        assert_eq!(read("{}").import, Import::default());
        for bad in [
            "entityFilename: ../x",
            "entityFilename: ''",
            "pullRequestBranchName: a..b",
        ] {
            assert!(
                load_text(&format!("catalog: {{import: {{{bad}}}}}")).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn orphans_are_deleted_and_leases_short_unless_said_otherwise() {
        let catalog = read("catalog: {orphanStrategy: keep, leaseDuration: PT1M}");
        assert_eq!(catalog.orphans, OrphanStrategy::Keep);
        assert_eq!(catalog.lease, Duration::from_mins(1));
        assert_eq!(read("{}").orphans, OrphanStrategy::Delete);
        assert_eq!(read("{}").lease, Duration::from_secs(20));
        assert!(load_text("catalog: {leaseDuration: 10ms}").is_err());
    }

    #[test]
    fn every_mistake_is_reported_with_its_line() {
        let text = "catalog:\n  locations:\n    - type: url\n    - target: x\n  rules:\n    - allow: [1]\n";
        let error = load_text(text).unwrap_err();
        let found: Vec<_> = error
            .problems
            .iter()
            .map(|problem| (problem.path.as_str(), problem.line))
            .collect();
        assert_eq!(
            found,
            [
                ("catalog.rules[0].allow", Some(6)),
                ("catalog.locations[0].target", Some(3)),
                ("catalog.locations[1].type", Some(4)),
            ]
        );
    }
}
