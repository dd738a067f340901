//! The rules that conditions are made of: each says whether it holds of a resource, and those about
//! entities what to ask the catalog for.
//!
//! To add a rule: 1. a variant of [`Rule`], 2. its row in [`RULES`], 3. what `read` makes of its
//! parameters, 4. what `apply` and, for entities, `query` say, 5. its line in `docs/permissions.md`.

use super::property::property;
use crate::query::Predicate;
use app::viewer::Viewer;
use serde_json::{Number, Value, json};

/// Stands for the person who asks, where a reference is expected.
const CURRENT_USER: &str = "$currentUser";
/// Stands for the person who asks and their groups.
const OWNER_REFS: &str = "$ownerRefs";

/// A rule with its parameters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rule {
    IsEntityKind(Vec<String>),
    IsEntityOwner(Vec<String>),
    HasAnnotation(Pair),
    HasLabel(Pair),
    HasMetadata(Pair),
    HasSpec(Pair),
    /// Of a step or a page of parameters of a template.
    HasTag(String),
    HasActionId(String),
    HasProperty(String),
    HasBooleanProperty(String, Option<bool>),
    HasNumberProperty(String, Option<Number>),
    HasStringProperty(Pair),
    IsTaskOwner(Vec<String>),
    HasTemplateEntityRefs(Vec<String>),
}

/// A key, and the value that it must have; without one it need only be there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    pub key: String,
    pub value: Option<String>,
}

/// What the rules of a row are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    CatalogEntity,
    ScaffolderTemplate,
    ScaffolderAction,
    ScaffolderTask,
}

impl Resource {
    pub const ALL: [Self; 4] = [
        Self::CatalogEntity,
        Self::ScaffolderTemplate,
        Self::ScaffolderAction,
        Self::ScaffolderTask,
    ];

    /// The field's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CatalogEntity => "catalog-entity",
            Self::ScaffolderTemplate => "scaffolder-template",
            Self::ScaffolderAction => "scaffolder-action",
            Self::ScaffolderTask => "scaffolder-task",
        }
    }

    /// The part of the API that it belongs to.
    pub fn plugin(self) -> &'static str {
        match self {
            Self::CatalogEntity => "catalog",
            _ => "scaffolder",
        }
    }
}

/// What a parameter must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Texts,
    Boolean,
    Number,
}

/// What is known of a rule before it has parameters.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub name: &'static str,
    pub resource: Resource,
    pub description: &'static str,
    /// Name, type, and whether it must be there.
    pub params: &'static [(&'static str, Kind, bool)],
}

const fn row(
    name: &'static str,
    resource: Resource,
    description: &'static str,
    params: &'static [(&'static str, Kind, bool)],
) -> Row {
    Row {
        name,
        resource,
        description,
        params,
    }
}

/// Every rule there is.
#[rustfmt::skip]
pub const RULES: &[Row] = &[
    row("IS_ENTITY_KIND", Resource::CatalogEntity, "Entities of one of these kinds",
        &[("kinds", Kind::Texts, true)]),
    row("IS_ENTITY_OWNER", Resource::CatalogEntity, "Entities that one of these owns",
        &[("claims", Kind::Texts, true)]),
    row("HAS_ANNOTATION", Resource::CatalogEntity, "Entities with this annotation",
        &[("annotation", Kind::Text, true), ("value", Kind::Text, false)]),
    row("HAS_LABEL", Resource::CatalogEntity, "Entities with this label",
        &[("label", Kind::Text, true), ("value", Kind::Text, false)]),
    row("HAS_METADATA", Resource::CatalogEntity, "Entities with this field in their metadata",
        &[("key", Kind::Text, true), ("value", Kind::Text, false)]),
    row("HAS_SPEC", Resource::CatalogEntity, "Entities with this field in their spec",
        &[("key", Kind::Text, true), ("value", Kind::Text, false)]),
    row("HAS_TAG", Resource::ScaffolderTemplate, "Steps and parameters that carry this tag",
        &[("tag", Kind::Text, true)]),
    row("HAS_ACTION_ID", Resource::ScaffolderAction, "This action",
        &[("actionId", Kind::Text, true)]),
    row("HAS_PROPERTY", Resource::ScaffolderAction, "Actions that are given this input",
        &[("key", Kind::Text, true)]),
    row("HAS_BOOLEAN_PROPERTY", Resource::ScaffolderAction, "Actions that are given this boolean",
        &[("key", Kind::Text, true), ("value", Kind::Boolean, false)]),
    row("HAS_NUMBER_PROPERTY", Resource::ScaffolderAction, "Actions that are given this number",
        &[("key", Kind::Text, true), ("value", Kind::Number, false)]),
    row("HAS_STRING_PROPERTY", Resource::ScaffolderAction, "Actions that are given this text",
        &[("key", Kind::Text, true), ("value", Kind::Text, false)]),
    row("IS_TASK_OWNER", Resource::ScaffolderTask, "Tasks that one of these has started",
        &[("createdBy", Kind::Texts, true)]),
    row("HAS_TEMPLATE_ENTITY_REFS", Resource::ScaffolderTask, "Tasks of one of these templates",
        &[("templateEntityRefs", Kind::Texts, true)]),
];

/// The row of the rule of that name.
pub fn row_of(name: &str) -> Option<&'static Row> {
    RULES.iter().find(|row| row.name == name)
}

impl Row {
    /// What is wrong with `params`, if anything is.
    fn fault(&self, params: &Value) -> Option<String> {
        let none = serde_json::Map::new();
        let given = match params {
            Value::Null => &none,
            Value::Object(given) => given,
            _ => return Some("params must be an object".to_owned()),
        };
        for &(name, kind, is_required) in self.params {
            match given.get(name).filter(|value| !value.is_null()) {
                None if is_required => return Some(format!("{} needs params.{name}", self.name)),
                Some(value) if !kind.fits(value) => {
                    return Some(format!("params.{name} must be {}", kind.said()));
                }
                _ => {}
            }
        }
        let is_known = |name: &String| self.params.iter().any(|(known, ..)| known == name);
        let unknown = given.keys().find(|name| !is_known(name))?;
        Some(format!("{} has no params.{unknown}", self.name))
    }

    /// The parameters as JSON Schema.
    pub fn schema(&self) -> Value {
        let properties = self.params.iter();
        let properties = properties.map(|&(name, kind, _)| (name.to_owned(), kind.schema()));
        let required = self.params.iter().filter(|(.., is_required)| *is_required);
        json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "type": "object",
            "properties": properties.collect::<serde_json::Map<_, _>>(),
            "required": required.map(|(name, ..)| *name).collect::<Vec<_>>(),
            "additionalProperties": false,
        })
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Texts => value
                .as_array()
                .is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Boolean => value.is_boolean(),
            Self::Number => value.is_number(),
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::Text => "a text",
            Self::Texts => "a list of texts",
            Self::Boolean => "true or false",
            Self::Number => "a number",
        }
    }

    fn schema(self) -> Value {
        match self {
            Self::Text => json!({ "type": "string" }),
            Self::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Self::Boolean => json!({ "type": "boolean" }),
            Self::Number => json!({ "type": "number" }),
        }
    }
}

impl Rule {
    /// The rule of that name with these parameters.
    ///
    /// # Errors
    /// What is wrong: there is no such rule, or a parameter does not fit.
    pub fn read(name: &str, params: &Value) -> Result<Self, String> {
        let Some(row) = row_of(name) else {
            let known: Vec<&str> = RULES.iter().map(|row| row.name).collect();
            return Err(format!(
                "there is no rule {name}; there are {}",
                known.join(", ")
            ));
        };
        if let Some(fault) = row.fault(params) {
            return Err(fault);
        }
        let text = |key: &str| params[key].as_str().unwrap_or_default().to_owned();
        let texts = |key: &str| {
            let items = params[key].as_array().into_iter().flatten();
            let items = items.filter_map(Value::as_str).map(str::to_owned);
            items.collect::<Vec<String>>()
        };
        let pair = |key: &str| Pair {
            key: text(key),
            value: params["value"].as_str().map(str::to_owned),
        };
        Ok(match row.name {
            "IS_ENTITY_KIND" => Self::IsEntityKind(texts("kinds")),
            "IS_ENTITY_OWNER" => Self::IsEntityOwner(texts("claims")),
            "HAS_ANNOTATION" => Self::HasAnnotation(pair("annotation")),
            "HAS_LABEL" => Self::HasLabel(pair("label")),
            "HAS_METADATA" => Self::HasMetadata(pair("key")),
            "HAS_SPEC" => Self::HasSpec(pair("key")),
            "HAS_TAG" => Self::HasTag(text("tag")),
            "HAS_ACTION_ID" => Self::HasActionId(text("actionId")),
            "HAS_PROPERTY" => Self::HasProperty(text("key")),
            "HAS_BOOLEAN_PROPERTY" => {
                Self::HasBooleanProperty(text("key"), params["value"].as_bool())
            }
            "HAS_NUMBER_PROPERTY" => {
                Self::HasNumberProperty(text("key"), params["value"].as_number().cloned())
            }
            "HAS_STRING_PROPERTY" => Self::HasStringProperty(pair("key")),
            "IS_TASK_OWNER" => Self::IsTaskOwner(texts("createdBy")),
            _ => Self::HasTemplateEntityRefs(texts("templateEntityRefs")),
        })
    }

    /// Name and parameters, as they are written.
    fn parts(&self) -> (&'static str, Value) {
        let pair = |name: &str, pair: &Pair| match &pair.value {
            Some(value) => json!({ name: pair.key, "value": value }),
            None => json!({ name: pair.key }),
        };
        let valued = |key: &str, value: Option<Value>| match value {
            Some(value) => json!({ "key": key, "value": value }),
            None => json!({ "key": key }),
        };
        match self {
            Self::IsEntityKind(kinds) => ("IS_ENTITY_KIND", json!({ "kinds": kinds })),
            Self::IsEntityOwner(claims) => ("IS_ENTITY_OWNER", json!({ "claims": claims })),
            Self::HasAnnotation(it) => ("HAS_ANNOTATION", pair("annotation", it)),
            Self::HasLabel(it) => ("HAS_LABEL", pair("label", it)),
            Self::HasMetadata(it) => ("HAS_METADATA", pair("key", it)),
            Self::HasSpec(it) => ("HAS_SPEC", pair("key", it)),
            Self::HasTag(tag) => ("HAS_TAG", json!({ "tag": tag })),
            Self::HasActionId(id) => ("HAS_ACTION_ID", json!({ "actionId": id })),
            Self::HasProperty(key) => ("HAS_PROPERTY", json!({ "key": key })),
            Self::HasBooleanProperty(key, value) => {
                ("HAS_BOOLEAN_PROPERTY", valued(key, value.map(Value::Bool)))
            }
            Self::HasNumberProperty(key, value) => {
                let value = value.clone().map(Value::Number);
                ("HAS_NUMBER_PROPERTY", valued(key, value))
            }
            Self::HasStringProperty(it) => ("HAS_STRING_PROPERTY", pair("key", it)),
            Self::IsTaskOwner(refs) => ("IS_TASK_OWNER", json!({ "createdBy": refs })),
            Self::HasTemplateEntityRefs(refs) => (
                "HAS_TEMPLATE_ENTITY_REFS",
                json!({ "templateEntityRefs": refs }),
            ),
        }
    }

    pub fn name(&self) -> &'static str {
        self.parts().0
    }

    /// What it is about.
    pub fn resource(&self) -> Resource {
        let row = row_of(self.name());
        row.map_or(Resource::CatalogEntity, |row| row.resource)
    }

    /// As a client is given it.
    pub fn to_json(&self) -> Value {
        let (name, params) = self.parts();
        json!({ "rule": name, "resourceType": self.resource().name(), "params": params })
    }

    /// For a reader: the rule and what it asks for.
    pub fn said(&self) -> String {
        let (name, params) = self.parts();
        let params = params.as_object().into_iter().flatten();
        let params = params.map(|(key, value)| format!("{key}: {value}"));
        format!("{name} ({})", params.collect::<Vec<_>>().join(", "))
    }

    /// The same for somebody: what stands for them is replaced by who they are.
    #[must_use]
    pub fn resolved(&self, viewer: &Viewer) -> Self {
        let refs = |refs: &[String]| claims(refs, viewer);
        match self {
            Self::IsEntityOwner(claims) => Self::IsEntityOwner(refs(claims)),
            Self::IsTaskOwner(made_by) => Self::IsTaskOwner(refs(made_by)),
            other => other.clone(),
        }
    }

    /// Whether it holds of a resource.
    pub fn apply(&self, resource: &Value) -> bool {
        match self {
            Self::IsEntityKind(kinds) => {
                let kind = resource["kind"].as_str().unwrap_or_default().to_lowercase();
                kinds.iter().any(|known| known.to_lowercase() == kind)
            }
            Self::IsEntityOwner(claims) => {
                let relations = resource["relations"].as_array().into_iter().flatten();
                let mut owners = relations
                    .filter(|relation| relation["type"] == "ownedBy")
                    .filter_map(|relation| relation["targetRef"].as_str());
                owners.any(|owner| claims.iter().any(|claim| claim == owner))
            }
            Self::HasAnnotation(pair) => pair.is_field(&resource["metadata"]["annotations"]),
            Self::HasLabel(pair) => pair.is_field(&resource["metadata"]["labels"]),
            Self::HasMetadata(pair) => pair.is_within(&resource["metadata"]),
            Self::HasSpec(pair) => pair.is_within(&resource["spec"]),
            Self::HasTag(tag) => {
                let tags = resource["backstage:permissions"]["tags"].as_array();
                tags.into_iter().flatten().any(|known| known == tag)
            }
            Self::HasActionId(id) => resource["action"] == *id,
            Self::HasProperty(key) => property(&resource["input"], key).is_some(),
            Self::HasBooleanProperty(key, value) => {
                let found = property(&resource["input"], key).and_then(Value::as_bool);
                found.is_some() && (value.is_none() || found == *value)
            }
            Self::HasNumberProperty(key, value) => {
                let found = property(&resource["input"], key).and_then(Value::as_f64);
                let wanted = value.as_ref().map(Number::as_f64);
                found.is_some() && wanted.is_none_or(|wanted| wanted == found)
            }
            Self::HasStringProperty(pair) => {
                let found = property(&resource["input"], &pair.key).and_then(Value::as_str);
                found.is_some() && (pair.value.is_none() || found == pair.value.as_deref())
            }
            Self::IsTaskOwner(refs) => is_one_of(&resource["createdBy"], refs),
            Self::HasTemplateEntityRefs(refs) => {
                is_one_of(&resource["spec"]["templateInfo"]["entityRef"], refs)
            }
        }
    }

    /// What to ask the catalog for; none for a rule that is not about entities.
    pub fn query(&self) -> Option<Predicate> {
        let of = |prefix: &str, pair: &Pair| {
            let key = format!("{prefix}.{}", pair.key);
            match &pair.value {
                Some(value) => Predicate::In(key, vec![value.clone()]),
                None => Predicate::Exists(key),
            }
        };
        Some(match self {
            Self::IsEntityKind(kinds) => Predicate::In("kind".to_owned(), kinds.clone()),
            Self::IsEntityOwner(claims) => {
                Predicate::In("relations.ownedBy".to_owned(), claims.clone())
            }
            Self::HasAnnotation(pair) => of("metadata.annotations", pair),
            Self::HasLabel(pair) => of("metadata.labels", pair),
            Self::HasMetadata(pair) => of("metadata", pair),
            Self::HasSpec(pair) => of("spec", pair),
            _ => return None,
        })
    }
}

impl Pair {
    /// Whether an object has the field.
    fn is_field(&self, fields: &Value) -> bool {
        match (fields.get(&self.key), &self.value) {
            (Some(found), Some(value)) => found == value,
            (found, None) => found.is_some(),
            (None, Some(_)) => false,
        }
    }

    /// Whether there is something at the path, or, in a list there, the value.
    fn is_within(&self, value: &Value) -> bool {
        let found = property(value, &self.key).unwrap_or(&Value::Null);
        match (found, &self.value) {
            (Value::Array(items), Some(value)) => items.iter().any(|item| item == value),
            (Value::Array(items), None) => !items.is_empty(),
            (found, Some(value)) => found == value,
            (Value::Null | Value::Bool(false), None) => false,
            (Value::String(text), None) => !text.is_empty(),
            (Value::Number(number), None) => number.as_f64() != Some(0.0),
            (Value::Object(_) | Value::Bool(true), None) => true,
        }
    }
}

fn is_one_of(value: &Value, refs: &[String]) -> bool {
    let text = value.as_str();
    text.is_some_and(|text| refs.iter().any(|known| known == text))
}

/// References with those that stand for somebody replaced, each once.
fn claims(refs: &[String], viewer: &Viewer) -> Vec<String> {
    let mut claims: Vec<String> = Vec::new();
    let mut add = |claim: String| {
        if !claims.contains(&claim) {
            claims.push(claim);
        }
    };
    for text in refs {
        match text.as_str() {
            CURRENT_USER => add(viewer.user_ref.to_string()),
            OWNER_REFS => viewer
                .ownership
                .iter()
                .for_each(|owner| add(owner.to_string())),
            _ => add(text.to_lowercase()),
        }
    }
    claims
}
