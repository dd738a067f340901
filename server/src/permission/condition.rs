//! Conditions: rules joined by `allOf`, `anyOf` and `not`.

use super::rule::{Resource, Rule};
use crate::query::Predicate;
use app::viewer::Viewer;
use serde_json::{Value, json};

/// Conditions within conditions.
const MAX_DEPTH: usize = 32;
/// Rules in one tree.
const MAX_RULES: usize = 1000;

/// What must hold of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Rule(Rule),
}

/// What is wrong with a condition, and where in it, such as `anyOf[1].params`; empty at its top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub path: String,
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path} {}", self.message),
        }
    }
}

impl Condition {
    /// Reads `{rule, params}`, `{allOf: […]}`, `{anyOf: […]}` or `{not: …}`, all of it about `resource`
    /// when that is given.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(value: &Value, resource: Option<Resource>) -> Result<Self, Fault> {
        let mut left = MAX_RULES;
        read(value, resource, String::new(), MAX_DEPTH, &mut left)
    }

    /// Whether it holds of a resource.
    pub fn apply(&self, resource: &Value) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.apply(resource)),
            Self::Any(parts) => parts.iter().any(|part| part.apply(resource)),
            Self::Not(part) => !part.apply(resource),
            Self::Rule(rule) => rule.apply(resource),
        }
    }

    /// What to ask the catalog for; none when any of it is not about entities.
    pub fn query(&self) -> Option<Predicate> {
        let all = |parts: &[Self]| parts.iter().map(Self::query).collect::<Option<Vec<_>>>();
        Some(match self {
            Self::All(parts) => Predicate::All(all(parts)?),
            Self::Any(parts) => Predicate::Any(all(parts)?),
            Self::Not(part) => Predicate::Not(Box::new(part.query()?)),
            Self::Rule(rule) => rule.query()?,
        })
    }

    /// The same for somebody: what stands for them is replaced by who they are.
    #[must_use]
    pub fn resolved(&self, viewer: &Viewer) -> Self {
        let all = |parts: &[Self]| parts.iter().map(|part| part.resolved(viewer)).collect();
        match self {
            Self::All(parts) => Self::All(all(parts)),
            Self::Any(parts) => Self::Any(all(parts)),
            Self::Not(part) => Self::Not(Box::new(part.resolved(viewer))),
            Self::Rule(rule) => Self::Rule(rule.resolved(viewer)),
        }
    }

    /// As clients are given it.
    pub fn to_json(&self) -> Value {
        let all = |parts: &[Self]| parts.iter().map(Self::to_json).collect::<Vec<_>>();
        match self {
            Self::All(parts) => json!({ "allOf": all(parts) }),
            Self::Any(parts) => json!({ "anyOf": all(parts) }),
            Self::Not(part) => json!({ "not": part.to_json() }),
            Self::Rule(rule) => rule.to_json(),
        }
    }

    /// Every rule in it.
    pub fn rules(&self) -> Vec<&Rule> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::rules).collect(),
            Self::Not(part) => part.rules(),
            Self::Rule(rule) => vec![rule],
        }
    }
}

fn read(
    value: &Value,
    resource: Option<Resource>,
    path: String,
    depth: usize,
    left: &mut usize,
) -> Result<Condition, Fault> {
    let fault = |path: &str, message: String| Fault {
        path: path.to_owned(),
        message,
    };
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("is nested more than {MAX_DEPTH} deep");
        return Err(fault(&path, message));
    };
    let at = |key: &str| match path.as_str() {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    let joined = [("allOf", true), ("anyOf", false)];
    for (key, is_all) in joined {
        let Some(parts) = value.get(key) else {
            continue;
        };
        let Some(parts) = parts.as_array().filter(|parts| !parts.is_empty()) else {
            let message = "must be a list of conditions, with one at least".to_owned();
            return Err(fault(&at(key), message));
        };
        only(value, key, &path)?;
        let parts = parts.iter().enumerate().map(|(number, part)| {
            let path = format!("{}[{number}]", at(key));
            read(part, resource, path, depth, left)
        });
        let parts = parts.collect::<Result<_, _>>()?;
        return Ok(if is_all {
            Condition::All(parts)
        } else {
            Condition::Any(parts)
        });
    }
    if let Some(part) = value.get("not") {
        only(value, "not", &path)?;
        let part = read(part, resource, at("not"), depth, left)?;
        return Ok(Condition::Not(Box::new(part)));
    }
    let Some(name) = value.get("rule").and_then(Value::as_str) else {
        let message = "must have one of 'rule', 'allOf', 'anyOf' and 'not'".to_owned();
        return Err(fault(&path, message));
    };
    *left = left.checked_sub(1).ok_or_else(|| {
        let message = format!("more than {MAX_RULES} rules stand in one condition");
        fault(&path, message)
    })?;
    let rule = Rule::read(name, &value["params"]).map_err(|message| fault(&path, message))?;
    let is_about = rule.resource();
    if let Some(resource) = resource.filter(|resource| *resource != is_about) {
        let message = format!(
            "{name} is about a {}, and this about a {}",
            is_about.name(),
            resource.name()
        );
        return Err(fault(&path, message));
    }
    match value.get("resourceType").and_then(Value::as_str) {
        Some(said) if said != is_about.name() => {
            let message = format!("of {name} is {}, not {said}", is_about.name());
            Err(fault(&at("resourceType"), message))
        }
        _ => Ok(Condition::Rule(rule)),
    }
}

/// Refuses what stands beside an operator: it would be passed over.
fn only(value: &Value, key: &str, path: &str) -> Result<(), Fault> {
    let fields = value.as_object().into_iter().flat_map(|it| it.keys());
    match fields.into_iter().find(|known| *known != key) {
        Some(other) => Err(Fault {
            path: path.to_owned(),
            message: format!("'{other}' stands beside '{key}'; join them with allOf or anyOf"),
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::catalog::EntityRef;

    fn fault(value: &Value) -> (String, String) {
        let fault = Condition::read(value, Some(Resource::CatalogEntity)).unwrap_err();
        (fault.path, fault.message)
    }

    #[test]
    fn a_tree_holds_as_its_parts_do_and_asks_for_the_same() {
        let kind = |kind: &str| json!({ "rule": "IS_ENTITY_KIND", "params": { "kinds": [kind] } });
        let value = json!({ "allOf": [
            { "anyOf": [kind("API"), kind("Component")] },
            { "not": { "rule": "HAS_LABEL", "resourceType": "catalog-entity",
                       "params": { "label": "secret" } } },
        ] });
        let condition = Condition::read(&value, Some(Resource::CatalogEntity)).unwrap();
        let check = |kind: &str, labels: Value, expected: bool| {
            let entity = json!({ "kind": kind, "metadata": { "labels": labels } });
            assert_eq!(condition.apply(&entity), expected, "{entity}");
        };
        check("api", json!({}), true);
        check("Component", json!({ "secret": "no" }), false);
        check("Group", json!({}), false);
        let query = condition.query().unwrap().to_query();
        assert_eq!(
            query,
            json!({ "$all": [
                { "$any": [{ "kind": "API" }, { "kind": "Component" }] },
                { "$not": { "metadata.labels.secret": { "$exists": true } } },
            ] })
        );
        assert_eq!(condition.rules().len(), 3);
        let again = Condition::read(&condition.to_json(), None).unwrap();
        assert_eq!(again, condition);
    }

    #[test]
    fn what_stands_for_somebody_becomes_who_they_are() {
        let viewer = Viewer {
            user_ref: EntityRef::new("user", "default", "ada"),
            display_name: "Ada".to_owned(),
            ownership: vec![
                EntityRef::new("user", "default", "ada"),
                EntityRef::new("group", "default", "crew"),
            ],
            guest: false,
            claims: Vec::new(),
        };
        let check = |claims: Value, expected: Value| {
            let value = json!({ "rule": "IS_ENTITY_OWNER", "params": { "claims": claims } });
            let condition = Condition::read(&value, None).unwrap().resolved(&viewer);
            assert_eq!(condition.to_json()["params"]["claims"], expected);
        };
        check(json!(["$currentUser"]), json!(["user:default/ada"]));
        check(
            json!(["group:default/Stage", "$ownerRefs", "$currentUser"]),
            json!([
                "group:default/stage",
                "user:default/ada",
                "group:default/crew"
            ]),
        );
    }

    #[test]
    fn a_fault_says_where_it_is() {
        let wrong = json!({ "anyOf": [{ "rule": "IS_ENTITY_KIND", "params": { "kinds": ["a"] } },
                                      { "not": { "rule": "IS_ENTITY_KIND" } }] });
        let (path, message) = fault(&wrong);
        assert_eq!(path, "anyOf[1].not");
        assert_eq!(message, "IS_ENTITY_KIND needs params.kinds");
        let (_, message) = fault(&json!({ "rule": "IS_OWNER" }));
        assert!(message.contains("IS_ENTITY_OWNER"), "{message}");
        let (_, message) = fault(&json!({ "rule": "HAS_TAG", "params": { "tag": "x" } }));
        assert!(message.contains("about a scaffolder-template"), "{message}");
        let (_, message) = fault(&json!({ "allOf": [{}], "not": {} }));
        assert!(message.contains("stands beside"), "{message}");
        assert!(fault(&json!({ "anyOf": [] })).1.contains("one at least"));
        let mut deep = json!({ "rule": "IS_ENTITY_KIND", "params": { "kinds": [] } });
        for _ in 0..40 {
            deep = json!({ "not": deep });
        }
        assert!(fault(&deep).1.contains("nested"));
    }
}
