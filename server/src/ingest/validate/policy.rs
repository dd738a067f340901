//! The policies every entity passes before its kind is looked at.

use super::field::Format;
use super::shape::{join, shown};
use super::{Fault, Rule};
use app::catalog::{DEFAULT_NAMESPACE, EntityRef, RefDefaults};
use serde_json::Value;

/// Fills in the namespace of an entity that names none.
pub fn default_namespace(entity: &mut Value) {
    if let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata
            .entry("namespace")
            .or_insert_with(|| DEFAULT_NAMESPACE.into());
    }
}

/// Gives a group without a parent the one an installation has chosen.
pub fn default_group_parent(entity: &mut Value, parent: &EntityRef) {
    let is_group = entity.get("kind").is_some_and(|kind| kind == "Group");
    if !is_group || own_ref(entity).is_some_and(|own| own == *parent) {
        return;
    }
    if let Some(spec) = entity.get_mut("spec").and_then(Value::as_object_mut) {
        let has_parent = spec
            .get("parent")
            .and_then(Value::as_str)
            .is_some_and(|it| !it.is_empty());
        if !has_parent {
            spec.insert("parent".to_owned(), parent.to_string().into());
        }
    }
}

fn own_ref(entity: &Value) -> Option<EntityRef> {
    let metadata = entity.get("metadata")?;
    let name = metadata.get("name")?.as_str()?;
    let namespace = metadata.get("namespace").and_then(Value::as_str);
    let defaults = RefDefaults {
        kind: entity.get("kind")?.as_str(),
        namespace,
    };
    EntityRef::parse(name, defaults).ok()
}

/// Fields that no entity has at its root.
pub fn no_foreign_root_fields(entity: &Value) -> Vec<Fault> {
    const KNOWN: [&str; 6] = [
        "apiVersion",
        "kind",
        "metadata",
        "spec",
        "relations",
        "status",
    ];
    let Some(root) = entity.as_object() else {
        return Vec::new();
    };
    root.keys()
        .filter(|key| !KNOWN.contains(&key.as_str()))
        .map(|key| {
            let message = "is no field of an entity; move it under metadata or spec";
            Fault::new(&join("", key), Rule::Foreign, message)
        })
        .collect()
}

/// Names, keys, tags and links that do not have their format.
pub fn field_format(entity: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let required = |field: &str, format, faults: &mut Vec<Fault>| match entity.pointer(field) {
        Some(value) if !value.is_null() => require(format, value, field, faults),
        _ => faults.push(Fault::new(field, Rule::Missing, "must have a value")),
    };
    required("/apiVersion", Format::ApiVersion, &mut faults);
    required("/kind", Format::Kind, &mut faults);
    required("/metadata/name", Format::ObjectName, &mut faults);
    let Some(metadata) = entity.get("metadata") else {
        return faults;
    };
    if let Some(namespace) = metadata.get("namespace").filter(|it| !it.is_null()) {
        require(
            Format::Namespace,
            namespace,
            "/metadata/namespace",
            &mut faults,
        );
    }
    let maps = [
        ("labels", Format::LabelKey, Format::LabelValue),
        (
            "annotations",
            Format::AnnotationKey,
            Format::AnnotationValue,
        ),
    ];
    for (field, key_format, value_format) in maps {
        for (key, value) in metadata
            .get(field)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let path = join(&format!("/metadata/{field}"), key);
            if key_format.accepts(key) {
                require(value_format, value, &path, &mut faults);
            } else {
                faults.push(Fault::format(&path, key_format, &Value::from(key.as_str())));
            }
        }
    }
    for (index, tag) in items(metadata, "tags") {
        require(
            Format::Tag,
            tag,
            &format!("/metadata/tags/{index}"),
            &mut faults,
        );
    }
    for (index, link) in items(metadata, "links") {
        check_link(link, &format!("/metadata/links/{index}"), &mut faults);
    }
    faults
}

fn check_link(link: &Value, path: &str, faults: &mut Vec<Fault>) {
    let url = format!("{path}/url");
    match link.get("url") {
        Some(value) if !value.is_null() => require(Format::Url, value, &url, faults),
        _ => faults.push(Fault::new(&url, Rule::Missing, "must have a value")),
    }
    for field in ["title", "icon", "type"] {
        if let Some(value) = link.get(field).filter(|value| !value.is_null()) {
            require(Format::NonEmpty, value, &format!("{path}/{field}"), faults);
        }
    }
}

fn items<'a>(metadata: &'a Value, field: &str) -> impl Iterator<Item = (usize, &'a Value)> {
    let items = metadata.get(field).and_then(Value::as_array);
    items.into_iter().flatten().enumerate()
}

fn require(format: Format, value: &Value, path: &str, faults: &mut Vec<Fault>) {
    if !value.as_str().is_some_and(|text| format.accepts(text)) {
        faults.push(Fault::format(path, format, value));
    }
}

impl Fault {
    fn format(path: &str, format: Format, found: &Value) -> Self {
        let expected = format.expected();
        let message = format!(
            "is not valid; expected {expected}, but found {}",
            shown(found)
        );
        Self::new(path, Rule::Format, message)
    }
}
