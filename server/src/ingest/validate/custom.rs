//! Kinds that an operator adds to those the catalog knows.

use super::envelope::ENTITY;
use super::kind::Recognition;
use super::shape::{Shape, check};
use super::{Fault, Rule};
use crate::pointer::escaped;
use serde_json::Value;

/// The added kinds, in the order of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinds(Vec<CustomKind>);

/// A kind, or a version or type of one, with what its `spec` must hold and relates to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomKind {
    pub name: String,
    /// As entities write them, `example.com/v1`.
    pub api_versions: Vec<String>,
    /// Only entities with this `spec.type`.
    pub spec_type: Option<String>,
    /// Fields of `spec` that must be there and not be empty.
    pub required: Vec<String>,
    pub relations: Vec<CustomRelation>,
}

/// A field of `spec` that refers to other entities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRelation {
    /// Holds one reference or a list of them.
    pub field: String,
    /// What the entity is to those it names, such as `ownedBy`.
    pub relation: String,
    /// What those are to it, such as `ownerOf`.
    pub reverse: String,
    /// The kind of a reference that names none; without one such a reference is an error.
    pub kind: Option<String>,
}

impl Kinds {
    pub fn new(kinds: Vec<CustomKind>) -> Self {
        Self(kinds)
    }

    /// The first added kind that the entity is of.
    pub fn of(&self, entity: &Value) -> Option<&CustomKind> {
        self.0.iter().find(|kind| kind.claims(entity))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|kind| kind.name.as_str())
    }
}

impl CustomKind {
    fn claims(&self, entity: &Value) -> bool {
        let is = |field: &str, wanted: &str| entity[field] == wanted;
        let of_type = |wanted: &String| entity["spec"]["type"] == wanted.as_str();
        let of_version = |version: &String| is("apiVersion", version);
        is("kind", &self.name)
            && self.api_versions.iter().any(of_version)
            && self.spec_type.as_ref().is_none_or(of_type)
    }

    /// Whether an entity of this kind holds what it must.
    pub(super) fn recognise(&self, entity: &Value) -> Recognition {
        let mut faults = Vec::new();
        check(Shape::Object(&ENTITY), entity, "", &mut faults);
        for field in &self.required {
            let value = entity.get("spec").and_then(|spec| spec.get(field));
            let is_empty = match value {
                None | Some(Value::Null) => true,
                Some(Value::String(text)) => text.is_empty(),
                Some(_) => false,
            };
            if is_empty {
                let path = format!("/spec/{}", escaped(field));
                let message = "is required, but missing or empty";
                faults.push(Fault::new(&path, Rule::Missing, message));
            }
        }
        if faults.is_empty() {
            Recognition::Valid
        } else {
            Recognition::Invalid(faults)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::validate;
    use super::*;
    use serde_json::json;

    fn kinds() -> Kinds {
        let kind = |name: &str, version: &str, spec_type: Option<&str>| CustomKind {
            name: name.to_owned(),
            api_versions: vec![version.to_owned()],
            spec_type: spec_type.map(str::to_owned),
            required: vec!["owner".to_owned(), "remotes".to_owned()],
            relations: Vec::new(),
        };
        Kinds::new(vec![
            kind("Product", "example.com/v1", None),
            kind("API", "backstage.io/v1alpha1", Some("mcp-server")),
        ])
    }

    /// The paths of what is wrong.
    fn check(kind: &str, version: &str, spec: &Value, expected: &[&str]) {
        let mut entity = json!({
            "apiVersion": version, "kind": kind, "metadata": { "name": "n" }, "spec": spec,
        });
        let faults = validate(&mut entity, &kinds()).err().unwrap_or_default();
        let paths: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, expected, "{entity}");
    }

    #[test]
    fn an_added_kind_is_known_by_name_version_and_type() {
        let full = json!({ "owner": "o", "remotes": [1] });
        check("Product", "example.com/v1", &full, &[]);
        check("Product", "example.com/v2", &full, &["/kind"]);
        check("product", "example.com/v1", &full, &["/kind"]);
        check(
            "Product",
            "example.com/v1",
            &json!({ "owner": "" }),
            &["/spec/owner", "/spec/remotes"],
        );
        let mcp = json!({ "type": "mcp-server", "owner": "o", "remotes": [] });
        check("API", "backstage.io/v1alpha1", &mcp, &[]);
        let other = json!({ "type": "grpc", "owner": "o", "lifecycle": "l" });
        check(
            "API",
            "backstage.io/v1alpha1",
            &other,
            &["/spec/definition"],
        );
    }
}
