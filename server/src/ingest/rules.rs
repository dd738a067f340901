//! Which kinds may come from where: `catalog.rules` and the rules of single locations.

use super::location::LocationRef;
use globset::{GlobBuilder, GlobMatcher};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;

/// What is allowed where nothing is configured.
const DEFAULT_KINDS: [&str; 3] = ["Component", "API", "Location"];

/// One rule; an entity that any rule allows is allowed.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// None allows every kind, an empty list none.
    pub allow: Option<Vec<AllowedKind>>,
    /// The locations it holds for. None: all, an empty list: no location.
    pub locations: Option<Vec<LocationMatch>>,
}

#[derive(Debug, Clone)]
pub struct AllowedKind {
    pub kind: String,
    /// Only entities with this `spec.type`.
    pub spec_type: Option<String>,
}

/// A location fits when all that is given fits.
#[derive(Debug, Clone)]
pub struct LocationMatch {
    pub kind: String,
    pub exact: Option<String>,
    pub pattern: Option<GlobMatcher>,
}

/// What the entities of a root may be.
#[derive(Debug, Clone)]
pub enum Allow {
    /// A location that the operator named at start: everything.
    Everything,
    Rules(Arc<[Rule]>),
}

impl Allow {
    /// The rules of an installation: those of `catalog.rules`, or the default ones, and those of
    /// each of its locations.
    pub fn rules(
        configured: Option<Vec<Rule>>,
        locations: impl IntoIterator<Item = (LocationRef, Vec<Rule>)>,
    ) -> Self {
        let mut rules = configured.unwrap_or_else(|| vec![Rule::kinds(&DEFAULT_KINDS)]);
        for (location, own) in locations {
            rules.extend(own.into_iter().map(|rule| Rule {
                locations: Some(vec![LocationMatch::exact(&location)]),
                ..rule
            }));
        }
        Self::Rules(rules.into())
    }

    /// Whether an entity may come in by way of `origin`, the registered location.
    pub fn allows(&self, entity: &Value, origin: &LocationRef) -> bool {
        match self {
            Self::Everything => true,
            Self::Rules(rules) => rules.iter().any(|rule| rule.allows(entity, origin)),
        }
    }
}

impl Rule {
    /// Allows these kinds everywhere.
    pub fn kinds(kinds: &[&str]) -> Self {
        let allow = kinds.iter().map(|kind| AllowedKind {
            kind: (*kind).to_owned(),
            spec_type: None,
        });
        Self {
            allow: Some(allow.collect()),
            locations: None,
        }
    }

    fn allows(&self, entity: &Value, origin: &LocationRef) -> bool {
        let here = |matches: &Vec<LocationMatch>| matches.iter().any(|it| it.fits(origin));
        let kind = |kinds: &Vec<AllowedKind>| kinds.iter().any(|it| it.fits(entity));
        self.locations.as_ref().is_none_or(here) && self.allow.as_ref().is_none_or(kind)
    }
}

impl AllowedKind {
    fn fits(&self, entity: &Value) -> bool {
        let is = |path: &str, wanted: &str| {
            let found = entity.pointer(path).and_then(Value::as_str);
            found.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
        };
        let spec_type = self.spec_type.as_deref();
        is("/kind", &self.kind) && spec_type.is_none_or(|wanted| is("/spec/type", wanted))
    }
}

impl LocationMatch {
    /// A match as it is configured. A path counts from where that of a location would, see
    /// [`LocationRef::configured`].
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub fn new(
        kind: &str,
        exact: Option<&str>,
        pattern: Option<&str>,
        bases: &[PathBuf],
    ) -> Result<Self, globset::Error> {
        let absolute = |target: &str| LocationRef::configured(kind, target, bases).target;
        let compile = |pattern: &str| {
            let mut glob = GlobBuilder::new(pattern);
            let glob = glob.case_insensitive(true).literal_separator(true);
            glob.build().map(|glob| glob.compile_matcher())
        };
        Ok(Self {
            kind: kind.to_owned(),
            exact: exact.map(absolute),
            pattern: pattern.map(absolute).map(|it| compile(&it)).transpose()?,
        })
    }

    fn exact(location: &LocationRef) -> Self {
        Self {
            kind: location.kind.clone(),
            exact: Some(location.target.clone()),
            pattern: None,
        }
    }

    fn fits(&self, location: &LocationRef) -> bool {
        let target = &location.target;
        self.kind == location.kind
            && self.exact.as_ref().is_none_or(|exact| exact == target)
            && self
                .pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(target))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(allow: &Allow, kind: &str, origin: &str, expected: bool) {
        let entity = json!({"kind": kind, "spec": {"type": "service"}});
        let origin = origin.parse().unwrap();
        assert_eq!(
            allow.allows(&entity, &origin),
            expected,
            "{kind} from {origin}"
        );
    }

    #[test]
    fn without_rules_components_apis_and_locations_come_in() {
        let allow = Allow::rules(None, []);
        for kind in ["Component", "api", "Location"] {
            check(&allow, kind, "url:https://a/b", true);
        }
        for kind in ["User", "Group", "System", "Template"] {
            check(&allow, kind, "file:/a", false);
        }
        check(&Allow::Everything, "User", "file:/a", true);
    }

    #[test]
    fn a_rule_of_a_location_holds_there_only() {
        let locations = [(LocationRef::file("/a"), vec![Rule::kinds(&["User"])])];
        let allow = Allow::rules(Some(Vec::new()), locations);
        check(&allow, "User", "file:/a", true);
        check(&allow, "User", "file:/b", false);
        check(&allow, "Component", "file:/a", false);
    }

    #[test]
    fn patterns_do_not_see_case_and_stop_at_slashes() {
        let rule = |pattern| Rule {
            allow: None,
            locations: Some(vec![
                LocationMatch::new("url", None, Some(pattern), &[]).unwrap(),
            ]),
        };
        let allow = |pattern| Allow::rules(Some(vec![rule(pattern)]), []);
        check(
            &allow("https://host/org/*.yaml"),
            "X",
            "url:https://HOST/org/a.yaml",
            true,
        );
        check(
            &allow("https://host/org/*.yaml"),
            "X",
            "url:https://host/org/a/b.yaml",
            false,
        );
        check(
            &allow("https://host/org/**"),
            "X",
            "url:https://host/org/a/.b.yaml",
            true,
        );
        check(&allow("https://host/**"), "X", "file:https://host/a", false);
    }

    #[test]
    fn a_relative_path_fits_the_location_it_names() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("packages/backend")).unwrap();
        std::fs::create_dir(folder.path().join("org")).unwrap();
        std::fs::write(folder.path().join("org/all.yaml"), "").unwrap();
        let bases = [folder.path().join("packages/backend")];
        let target = "../../org/all.yaml";
        let origin = LocationRef::configured("file", target, &bases).to_string();
        let allow = |exact, pattern| {
            let location = LocationMatch::new("file", exact, pattern, &bases).unwrap();
            let rule = Rule {
                allow: None,
                locations: Some(vec![location]),
            };
            Allow::rules(Some(vec![rule]), [])
        };
        check(&allow(Some(target), None), "User", &origin, true);
        check(
            &allow(None, Some("../../org/*.yaml")),
            "User",
            &origin,
            true,
        );
        check(&allow(None, Some("../../other/*")), "User", &origin, false);
    }

    #[test]
    fn a_kind_can_be_narrowed_to_a_type() {
        let rule = |spec_type: &str| Rule {
            allow: Some(vec![AllowedKind {
                kind: "Component".to_owned(),
                spec_type: Some(spec_type.to_owned()),
            }]),
            locations: None,
        };
        check(
            &Allow::rules(Some(vec![rule("Service")]), []),
            "Component",
            "file:/a",
            true,
        );
        check(
            &Allow::rules(Some(vec![rule("library")]), []),
            "Component",
            "file:/a",
            false,
        );
    }
}
