//! Whether a document is a valid entity, and if not, which fields are wrong and why. Pure.

pub mod custom;
mod envelope;
pub mod field;
pub mod kind;
pub mod policy;
mod shape;

use app::catalog::EntityRef;
use custom::Kinds;
use kind::Recognition;
use serde_json::Value;
use shape::Shape;
use std::collections::HashSet;
use std::fmt;

/// One thing that is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer such as `/spec/owner`; empty for the whole document.
    pub path: String,
    pub rule: Rule,
    /// What is wrong, to be read behind the field.
    pub message: String,
}

/// The kind of mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    Missing,
    Type,
    Empty,
    Choice,
    Format,
    Foreign,
    /// A reference to another entity that cannot be read.
    Reference,
    /// A file that stands for a part of the entity and cannot be had.
    Placeholder,
    /// No kind claims the entity.
    Unrecognised,
}

impl Fault {
    fn new(path: &str, rule: Rule, message: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            rule,
            message: message.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return write!(f, "the document {}", self.message);
        }
        let field = self.path[1..].replace('/', ".");
        let field = field.replace("~1", "/").replace("~0", "~");
        write!(f, "{field} {}", self.message)
    }
}

/// Checks a document as the catalog does: envelope, policies, kind. Every fault of the first
/// stage that finds one is told. Fills in the namespace. `kinds` are known beside the catalog's own.
pub fn validate(entity: &mut Value, kinds: &Kinds) -> Result<(), Vec<Fault>> {
    sound(envelope(entity))?;
    sound(policy::no_foreign_root_fields(entity))?;
    sound(schema(entity))?;
    policy::default_namespace(entity);
    sound(policy::field_format(entity))?;
    recognise(entity, kinds)
}

/// Everything that is wrong with a document, whichever stage would find it; one fault for each field.
/// For people who are still writing it.
pub fn all_faults(entity: &Value, kinds: &Kinds) -> Vec<Fault> {
    let mut faults = recognise(entity, kinds).err().unwrap_or_default();
    faults.extend(policy::no_foreign_root_fields(entity));
    faults.extend(policy::field_format(entity));
    let mut seen = HashSet::new();
    faults.retain(|fault| seen.insert(fault.path.clone()));
    faults
}

/// Whether the document says enough to be named.
pub fn envelope(entity: &Value) -> Vec<Fault> {
    faults(&envelope::ENVELOPE, entity)
}

/// Whether the parts that all entities share have their shape.
pub fn schema(entity: &Value) -> Vec<Fault> {
    faults(&envelope::ENTITY, entity)
}

fn faults(object: &'static shape::Object, entity: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    shape::check(Shape::Object(object), entity, "", &mut faults);
    faults
}

fn sound(faults: Vec<Fault>) -> Result<(), Vec<Fault>> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

fn recognise(entity: &Value, kinds: &Kinds) -> Result<(), Vec<Fault>> {
    let custom = kinds.of(entity).map(|kind| kind.recognise(entity));
    let known = kind::KINDS.iter().map(|kind| kind.recognise(entity));
    for recognition in custom.into_iter().chain(known) {
        match recognition {
            Recognition::Valid => return Ok(()),
            Recognition::Invalid(faults) => return Err(faults),
            Recognition::Foreign => {}
        }
    }
    let names = kind::KINDS.iter().map(|kind| kind.name);
    let names: Vec<&str> = names.chain(kinds.names()).collect();
    let text = |field: &str| {
        entity
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let message = format!(
        "\"{}\" with apiVersion \"{}\" is not recognised; expected one of {} with backstage.io/v1alpha1 (Template: scaffolder.backstage.io/v1beta3), or a kind that catalog.kinds adds",
        text("kind"),
        text("apiVersion"),
        names.join(", "),
    );
    Err(vec![Fault::new("/kind", Rule::Unrecognised, message)])
}

/// The name of the entity a document describes, when it says that much.
pub fn entity_ref(entity: &Value) -> Option<EntityRef> {
    let filled = |path| {
        entity
            .pointer(path)
            .and_then(Value::as_str)
            .filter(|it| !it.is_empty())
    };
    let namespace = filled("/metadata/namespace").unwrap_or(app::catalog::DEFAULT_NAMESPACE);
    Some(EntityRef::new(
        filled("/kind")?,
        namespace,
        filled("/metadata/name")?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn component() -> Value {
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": "ticket-booth"},
            "spec": {"type": "service", "lifecycle": "production", "owner": "stage"},
        })
    }

    /// Sets the field at `pointer` of a good component, or takes it away, and tells the faults.
    fn check(pointer: &str, value: Option<Value>, expected: &[&str]) {
        let mut entity = component();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let parent = entity.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => parent.insert(key.to_owned(), value),
            None => parent.remove(key),
        };
        let faults = validate(&mut entity, &Kinds::default())
            .err()
            .unwrap_or_default();
        let faults: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(faults, expected, "{pointer}");
    }

    #[test]
    fn a_sound_entity_gets_its_namespace() {
        let mut entity = component();
        assert_eq!(validate(&mut entity, &Kinds::default()), Ok(()));
        assert_eq!(entity["metadata"]["namespace"], "default");
    }

    #[test]
    fn faults_name_field_rule_and_what_was_found() {
        check(
            "/metadata/name",
            None,
            &["metadata.name is required, but missing"],
        );
        check(
            "/spec/owner",
            Some(json!("")),
            &["spec.owner must not be empty"],
        );
        check(
            "/spec/owner",
            Some(json!(7)),
            &["spec.owner must be a string, but is the number 7"],
        );
        check(
            "/spec/providesApis",
            Some(json!(["a", ["b"]])),
            &["spec.providesApis.1 must be a string, but is an array"],
        );
        check(
            "/extra",
            Some(json!(1)),
            &["extra is no field of an entity; move it under metadata or spec"],
        );
        check(
            "/metadata/labels",
            Some(json!({"a/b": "x y"})),
            &[
                "metadata.labels.a/b is not valid; expected sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total, but found \"x y\"",
            ],
        );
        check(
            "/metadata/links",
            Some(json!([{"url": "x"}])),
            &["metadata.links.0.url is not valid; expected a valid url, but found \"x\""],
        );
        check(
            "/metadata/tags",
            Some(json!("a")),
            &["metadata.tags must be an array, but is \"a\""],
        );
    }

    #[test]
    fn all_faults_of_a_stage_are_told() {
        let mut entity = component();
        entity["spec"] = json!({"type": ""});
        let faults = validate(&mut entity, &Kinds::default()).unwrap_err();
        let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["/spec/lifecycle", "/spec/owner", "/spec/type"]);
    }

    #[test]
    fn who_is_still_writing_is_told_the_faults_of_all_stages() {
        let mut entity = component();
        entity["metadata"] = json!({"name": "seat map", "tags": ["Rust"]});
        entity["spec"] = json!({"type": "service", "owner": ""});
        let faults = all_faults(&entity, &Kinds::default());
        let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/spec/lifecycle",
                "/spec/owner",
                "/metadata/name",
                "/metadata/tags/0"
            ]
        );
        assert_eq!(all_faults(&component(), &Kinds::default()), []);
    }

    #[test]
    fn a_kind_nobody_knows_is_not_recognised() {
        for (field, value) in [
            ("kind", "component"),
            ("kind", "Wizard"),
            ("apiVersion", "v2"),
        ] {
            let mut entity = component();
            entity[field] = value.into();
            let faults = validate(&mut entity, &Kinds::default()).unwrap_err();
            assert_eq!(faults[0].rule, Rule::Unrecognised, "{value}");
            assert!(faults[0].message.contains(value), "{}", faults[0]);
        }
    }

    #[test]
    fn templates_are_checked_to_the_step() {
        let mut template = json!({
            "apiVersion": "scaffolder.backstage.io/v1beta3",
            "kind": "Template",
            "metadata": {"name": "t"},
            "spec": {
                "type": "service",
                "parameters": [{"title": "x"}],
                "steps": [{"action": "a", "if": true}, {"id": 1}],
                "output": {"links": [{"url": "${{ x }}"}], "note": 1},
            },
        });
        let faults = validate(&mut template, &Kinds::default()).unwrap_err();
        let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "/spec/steps/1/action",
                "/spec/steps/1/id",
                "/spec/output/note"
            ]
        );
        template["spec"]["steps"][1] = json!({"action": "b"});
        template["spec"]["output"]["note"] = "text".into();
        assert_eq!(validate(&mut template, &Kinds::default()), Ok(()));
    }
}
