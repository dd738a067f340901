//! Which relations an entity declares, both directions of each. Pure.

use super::validate::{Fault, Rule};
use app::catalog::relation::PAIRS;
use app::catalog::{DEFAULT_NAMESPACE, EntityRef, RefDefaults, Relation};
use serde_json::Value;

/// A field of a spec that refers to other entities.
struct Field {
    name: &'static str,
    /// What the entity is to those it names.
    relation: &'static str,
    /// The kind of a reference that names none; without one such a reference is an error.
    kind: Option<&'static str>,
}

const fn field(name: &'static str, relation: &'static str, kind: Option<&'static str>) -> Field {
    Field {
        name,
        relation,
        kind,
    }
}

const OWNER: Field = field("owner", "ownedBy", Some("Group"));
const SYSTEM: Field = field("system", "partOf", Some("System"));
const DEPENDS_ON: Field = field("dependsOn", "dependsOn", None);
const DEPENDENCY_OF: Field = field("dependencyOf", "dependencyOf", None);

/// The fields of a kind that refer to others, in the order in which relations are told.
fn fields(kind: &str) -> &'static [Field] {
    match kind {
        "Component" => {
            &const {
                [
                    OWNER,
                    field("subcomponentOf", "partOf", Some("Component")),
                    field("providesApis", "providesApi", Some("API")),
                    field("consumesApis", "consumesApi", Some("API")),
                    DEPENDS_ON,
                    DEPENDENCY_OF,
                    SYSTEM,
                ]
            }
        }
        "API" => &[OWNER, SYSTEM],
        "Resource" => &[OWNER, DEPENDS_ON, DEPENDENCY_OF, SYSTEM],
        "User" => &const { [field("memberOf", "memberOf", Some("Group"))] },
        "Group" => {
            &const {
                [
                    field("parent", "childOf", Some("Group")),
                    field("children", "parentOf", Some("Group")),
                    field("members", "hasMember", Some("User")),
                ]
            }
        }
        "System" => &const { [OWNER, field("domain", "partOf", Some("Domain"))] },
        "Domain" => &const { [OWNER, field("subdomainOf", "partOf", Some("Domain"))] },
        "Template" => &[OWNER],
        _ => &[],
    }
}

/// Every relation the entity declares, each followed by its reverse.
///
/// A short reference is taken to be in the namespace of the entity itself.
///
/// # Errors
/// The references that cannot be read, by field.
pub fn relate(entity: &Value) -> Result<Vec<Relation>, Vec<Fault>> {
    let text = |path: &str| entity.pointer(path).and_then(Value::as_str);
    let (Some(kind), Some(name)) = (text("/kind"), text("/metadata/name")) else {
        return Ok(Vec::new());
    };
    let namespace = text("/metadata/namespace").unwrap_or(DEFAULT_NAMESPACE);
    let own = EntityRef::new(kind, namespace, name);

    let mut relations = Vec::new();
    let mut faults = Vec::new();
    for field in fields(kind) {
        let defaults = RefDefaults {
            kind: field.kind,
            namespace: Some(namespace),
        };
        for (path, target) in targets(entity, field.name) {
            match EntityRef::parse(target, defaults) {
                Ok(target) => relations.extend(both(&own, field.relation, target)),
                Err(error) => faults.push(Fault {
                    path,
                    rule: Rule::Reference,
                    message: format!("is no reference to an entity: {error}"),
                }),
            }
        }
    }
    if faults.is_empty() {
        Ok(relations)
    } else {
        Err(faults)
    }
}

/// The references in a field, which holds one or a list, with their JSON pointers.
fn targets<'a>(entity: &'a Value, field: &str) -> Vec<(String, &'a str)> {
    let path = format!("/spec/{field}");
    match entity.pointer(&path) {
        // The empty text means nothing where the schema lets it pass.
        Some(Value::String(target)) if !target.is_empty() => vec![(path, target)],
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| Some((format!("{path}/{index}"), item.as_str()?)))
            .collect(),
        _ => Vec::new(),
    }
}

fn both(own: &EntityRef, relation: &str, target: EntityRef) -> [Relation; 2] {
    [
        Relation {
            source: own.clone(),
            kind: relation.to_owned(),
            target: target.clone(),
        },
        Relation {
            source: target,
            kind: reverse(relation).to_owned(),
            target: own.clone(),
        },
    ]
}

fn reverse(relation: &str) -> &'static str {
    PAIRS
        .iter()
        .find_map(|&(forward, backward)| match relation {
            it if it == forward => Some(backward),
            it if it == backward => Some(forward),
            _ => None,
        })
        .expect("fields() names relations of PAIRS only")
}

/// Sorts the lists of references in a spec, so that a file whose order changed is still the same
/// entity.
pub fn sort_references(entity: &mut Value) {
    let Some(kind) = entity
        .get("kind")
        .and_then(Value::as_str)
        .map(str::to_owned)
    else {
        return;
    };
    for field in fields(&kind) {
        let list = entity.pointer_mut(&format!("/spec/{}", field.name));
        if let Some(Value::Array(items)) = list
            && items.iter().all(Value::is_string)
        {
            items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn entity(kind: &str, spec: Value) -> Value {
        json!({"kind": kind, "metadata": {"name": "n", "namespace": "here"}, "spec": spec})
    }

    /// The relations whose source is the entity itself.
    fn check(kind: &str, spec: Value, expected: &[&str]) {
        let relations = relate(&entity(kind, spec)).unwrap();
        let own: Vec<String> = relations
            .iter()
            .step_by(2)
            .map(|relation| format!("{} {}", relation.kind, relation.target))
            .collect();
        assert_eq!(own, expected);
        for pair in relations.chunks(2) {
            assert_eq!(pair[0].source, pair[1].target);
            assert_eq!(pair[0].target, pair[1].source);
            assert_ne!(pair[0].kind, pair[1].kind);
        }
    }

    #[test]
    fn kinds_relate_to_others() {
        check(
            "Component",
            json!({"owner": "o", "system": "x/s", "providesApis": ["a"], "dependsOn": ["Resource:r"]}),
            &[
                "ownedBy group:here/o",
                "providesApi api:here/a",
                "dependsOn resource:here/r",
                "partOf system:x/s",
            ],
        );
        check(
            "Group",
            json!({"parent": "p", "children": ["c"], "members": ["m"]}),
            &[
                "childOf group:here/p",
                "parentOf group:here/c",
                "hasMember user:here/m",
            ],
        );
        check(
            "User",
            json!({"memberOf": ["a", "default/b"]}),
            &["memberOf group:here/a", "memberOf group:default/b"],
        );
        check(
            "Domain",
            json!({"owner": "user:me", "subdomainOf": "d"}),
            &["ownedBy user:here/me", "partOf domain:here/d"],
        );
        check("Template", json!({"owner": "o"}), &["ownedBy group:here/o"]);
        check("Location", json!({"owner": "o"}), &[]);
    }

    #[test]
    fn a_dependency_must_name_its_kind() {
        let faults = relate(&entity("Resource", json!({"dependsOn": ["a:b", "c"]}))).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].path, "/spec/dependsOn/1");
        assert!(
            faults[0].message.contains("missing or empty kind"),
            "{}",
            faults[0]
        );
    }

    #[test]
    fn reference_lists_are_sorted() {
        let mut group = entity("Group", json!({"members": ["b", "a"], "other": ["b", "a"]}));
        sort_references(&mut group);
        assert_eq!(
            group["spec"],
            json!({"members": ["a", "b"], "other": ["b", "a"]})
        );
    }
}
