//! Which relations an entity declares, both directions of each. Pure.

use super::validate::custom::Kinds;
use super::validate::{Fault, Rule};
use app::catalog::relation::reverse_of;
use app::catalog::{DEFAULT_NAMESPACE, EntityRef, RefDefaults, Relation};
use serde_json::Value;

/// A field of a spec that refers to other entities.
#[derive(Clone, Copy)]
struct Field<'a> {
    name: &'a str,
    /// What the entity is to those it names.
    relation: &'a str,
    /// What those are to it; none where the pair is well known.
    reverse: Option<&'a str>,
    /// The kind of a reference that names none; without one such a reference is an error.
    kind: Option<&'a str>,
}

const fn field(
    name: &'static str,
    relation: &'static str,
    kind: Option<&'static str>,
) -> Field<'static> {
    Field {
        name,
        relation,
        reverse: None,
        kind,
    }
}

const OWNER: Field<'_> = field("owner", "ownedBy", Some("Group"));
const SYSTEM: Field<'_> = field("system", "partOf", Some("System"));
const DEPENDS_ON: Field<'_> = field("dependsOn", "dependsOn", None);
const DEPENDENCY_OF: Field<'_> = field("dependencyOf", "dependencyOf", None);

/// The fields of a kind that refer to others, in the order in which relations are told.
fn well_known(kind: &str) -> &'static [Field<'static>] {
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

/// The fields of an entity that refer to others: those of its kind, then those that the operator has
/// added.
fn fields<'a>(entity: &Value, kinds: &'a Kinds) -> Vec<Field<'a>> {
    let kind = entity.get("kind").and_then(Value::as_str);
    let custom = kinds
        .of(entity)
        .into_iter()
        .flat_map(|kind| &kind.relations);
    let custom = custom.map(|relation| Field {
        name: &relation.field,
        relation: &relation.relation,
        reverse: Some(&relation.reverse),
        kind: relation.kind.as_deref(),
    });
    let mut fields = well_known(kind.unwrap_or_default()).to_vec();
    fields.extend(custom);
    fields
}

/// Every relation the entity declares, each followed by its reverse.
///
/// A short reference is taken to be in the namespace of the entity itself.
///
/// # Errors
/// The references that cannot be read, by field.
pub fn relate(entity: &Value, kinds: &Kinds) -> Result<Vec<Relation>, Vec<Fault>> {
    let text = |path: &str| entity.pointer(path).and_then(Value::as_str);
    let (Some(kind), Some(name)) = (text("/kind"), text("/metadata/name")) else {
        return Ok(Vec::new());
    };
    let namespace = text("/metadata/namespace").unwrap_or(DEFAULT_NAMESPACE);
    let own = EntityRef::new(kind, namespace, name);

    let mut relations = Vec::new();
    let mut faults = Vec::new();
    for field in fields(entity, kinds) {
        let defaults = RefDefaults {
            kind: field.kind,
            namespace: Some(namespace),
        };
        for (path, target) in targets(entity, field.name) {
            match EntityRef::parse(target, defaults) {
                Ok(target) => relations.extend(both(&own, field, target)),
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

fn both(own: &EntityRef, field: Field<'_>, target: EntityRef) -> [Relation; 2] {
    [
        Relation {
            source: own.clone(),
            kind: field.relation.to_owned(),
            target: target.clone(),
        },
        Relation {
            source: target,
            kind: field
                .reverse
                .unwrap_or_else(|| reverse(field.relation))
                .to_owned(),
            target: own.clone(),
        },
    ]
}

fn reverse(relation: &str) -> &'static str {
    reverse_of(relation).expect("well_known() names relations of PAIRS only")
}

/// Sorts the lists of references in a spec, so that a file whose order changed is still the same
/// entity.
pub fn sort_references(entity: &mut Value, kinds: &Kinds) {
    for field in fields(entity, kinds) {
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
    use super::super::validate::custom::{CustomKind, CustomRelation};
    use super::*;
    use serde_json::json;

    fn entity(kind: &str, spec: Value) -> Value {
        json!({"kind": kind, "metadata": {"name": "n", "namespace": "here"}, "spec": spec})
    }

    /// The relations whose source is the entity itself.
    fn check(kind: &str, spec: Value, expected: &[&str]) {
        let relations = relate(&entity(kind, spec), &Kinds::default()).unwrap();
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
        let faults = relate(
            &entity("Resource", json!({"dependsOn": ["a:b", "c"]})),
            &Kinds::default(),
        )
        .unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].path, "/spec/dependsOn/1");
        assert!(
            faults[0].message.contains("missing or empty kind"),
            "{}",
            faults[0]
        );
    }

    #[test]
    fn an_added_kind_relates_as_its_operator_says() {
        let relation = |field: &str, relation: &str, reverse: &str| CustomRelation {
            field: field.to_owned(),
            relation: relation.to_owned(),
            reverse: reverse.to_owned(),
            kind: Some("Product".to_owned()),
        };
        let kinds = Kinds::new(vec![CustomKind {
            name: "Product".to_owned(),
            api_versions: vec!["example.com/v1".to_owned()],
            spec_type: None,
            required: Vec::new(),
            relations: vec![relation("replaces", "replaces", "replacedBy")],
        }]);
        let mut product = entity("Product", json!({ "replaces": ["b", "a"] }));
        product["apiVersion"] = json!("example.com/v1");
        sort_references(&mut product, &kinds);
        let relations = relate(&product, &kinds).unwrap();
        let told: Vec<String> = relations
            .iter()
            .map(|it| format!("{} {} {}", it.source, it.kind, it.target))
            .collect();
        assert_eq!(
            told,
            [
                "product:here/n replaces product:here/a",
                "product:here/a replacedBy product:here/n",
                "product:here/n replaces product:here/b",
                "product:here/b replacedBy product:here/n",
            ]
        );
    }

    #[test]
    fn reference_lists_are_sorted() {
        let mut group = entity("Group", json!({"members": ["b", "a"], "other": ["b", "a"]}));
        sort_references(&mut group, &Kinds::default());
        assert_eq!(
            group["spec"],
            json!({"members": ["a", "b"], "other": ["b", "a"]})
        );
    }
}
