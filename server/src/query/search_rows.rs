//! An entity as the pairs of key and value that filters and facets see.

use app::catalog::DEFAULT_NAMESPACE;
use serde_json::Value;
use std::collections::HashMap;

/// Longer keys are not searchable.
const MAX_KEY: usize = 200;
/// Longer values exist, but cannot be matched.
const MAX_VALUE: usize = 200;

/// What is left out of the search, or added by hand.
const SKIPPED: [&str; 7] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
];

/// One searchable pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// Dotted path, lower case.
    pub key: String,
    /// As the entity writes it; `None` exists but matches no value.
    pub value: Option<String>,
}

/// A pair as the entity writes it.
struct Pair {
    path: String,
    value: Option<String>,
}

impl SearchRow {
    /// The row of a path and its value; `None` when the path is too long to be searched.
    pub fn of(path: String, value: Option<String>) -> Option<Self> {
        if is_longer(&path, MAX_KEY) {
            return None;
        }
        let is_lower = path.is_ascii() && !path.bytes().any(|byte| byte.is_ascii_uppercase());
        Some(Self {
            key: if is_lower { path } else { path.to_lowercase() },
            value: value.filter(|value| !is_longer(value, MAX_VALUE)),
        })
    }
}

/// The searchable pairs of a finished entity: dotted lower-case keys, one row for each item of an
/// array, and for items that are texts a row `path.item = true` beside it.
///
/// Source: the catalog API's search semantics, which filters and facets of clients rely on.
pub fn search_rows(entity: &Value) -> Vec<SearchRow> {
    rows(pairs(entity))
}

/// The same without what is added for the name of the entity and for its relations.
pub fn field_rows(entity: &Value) -> Vec<SearchRow> {
    let mut pairs = Vec::new();
    traverse("", entity, &mut pairs);
    rows(pairs)
}

/// Keys of an entity that differ only by case, which a search could not tell apart.
pub fn clashing_keys(entity: &Value) -> Vec<String> {
    let mut spellings: HashMap<String, String> = HashMap::new();
    let mut clashes = Vec::new();
    for Pair { path, .. } in pairs(entity) {
        let key = path.to_lowercase();
        match spellings.get(&key) {
            Some(spelling) if *spelling != path && !clashes.contains(&key) => clashes.push(key),
            Some(_) => {}
            None => {
                spellings.insert(key, path);
            }
        }
    }
    clashes
}

/// A single value as text; `None` for null, lists and objects.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(match number.as_f64() {
            // Where numbers are of one type, 2.0 is written 2.
            Some(float) if number.is_f64() && float.fract() == 0.0 => format!("{float:.0}"),
            _ => number.to_string(),
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn rows(pairs: Vec<Pair>) -> Vec<SearchRow> {
    let rows = pairs.into_iter();
    rows.filter_map(|Pair { path, value }| SearchRow::of(path, value))
        .collect()
}

fn pairs(entity: &Value) -> Vec<Pair> {
    let mut pairs = Vec::new();
    traverse("", entity, &mut pairs);
    for path in ["metadata.name", "metadata.namespace", "metadata.uid"] {
        let name = path.strip_prefix("metadata.");
        let value = name.and_then(|name| entity.get("metadata")?.get(name));
        push(&mut pairs, path.to_owned(), value.and_then(text_of));
    }
    let namespace = entity.pointer("/metadata/namespace");
    if namespace.is_none_or(Value::is_null) {
        let default = DEFAULT_NAMESPACE.to_owned();
        push(&mut pairs, "metadata.namespace".to_owned(), Some(default));
    }
    let relations = entity.get("relations").and_then(Value::as_array);
    for relation in relations.into_iter().flatten() {
        let text = |name: &str| relation.get(name).and_then(Value::as_str);
        if let (Some(kind), Some(target)) = (text("type"), text("targetRef")) {
            let path = format!("relations.{kind}");
            push(&mut pairs, path, Some(target.to_owned()));
        }
    }
    pairs
}

fn traverse(path: &str, value: &Value, pairs: &mut Vec<Pair>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = join(path, name);
                if !SKIPPED.contains(&path.as_str()) {
                    traverse(&path, value, pairs);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                traverse(path, item, pairs);
                if let Value::String(item) = item {
                    push(pairs, join(path, item), Some("true".to_owned()));
                }
            }
        }
        value => push(pairs, path.to_owned(), text_of(value)),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        [path, ".", name].concat()
    }
}

fn push(pairs: &mut Vec<Pair>, path: String, value: Option<String>) {
    pairs.push(Pair { path, value });
}

/// Whether a text has more characters than that.
fn is_longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(entity: Value, key: &str, expected: &[Option<&str>]) {
        let rows = search_rows(&entity);
        let values: Vec<Option<&str>> = rows
            .iter()
            .filter(|row| row.key == key)
            .map(|row| row.value.as_deref())
            .collect();
        assert_eq!(values, expected, "{key} of {entity}");
    }

    #[test]
    fn array_items_are_values_and_flags() {
        let entity = json!({ "metadata": { "name": "n", "tags": ["Java", "db"] } });
        check(entity.clone(), "metadata.tags", &[Some("Java"), Some("db")]);
        check(entity, "metadata.tags.java", &[Some("true")]);
    }

    #[test]
    fn relations_are_searchable_by_type() {
        let entity =
            json!({ "relations": [{ "type": "ownedBy", "targetRef": "group:default/a" }] });
        check(entity, "relations.ownedby", &[Some("group:default/a")]);
    }

    #[test]
    fn long_values_exist_without_matching() {
        let entity = json!({ "spec": { "definition": "x".repeat(201), "n": 7, "none": null } });
        check(entity.clone(), "spec.definition", &[None]);
        check(entity.clone(), "spec.n", &[Some("7")]);
        check(entity.clone(), "spec.none", &[None]);
        check(
            entity.clone(),
            "metadata.namespace",
            &[None, Some("default")],
        );
        check(json!({ "a": 2.0, "b": 2.5 }), "a", &[Some("2")]);
        check(
            json!({ "__proto__": { "a": "b" } }),
            "__proto__.a",
            &[Some("b")],
        );
        check(entity, &"k".repeat(201), &[]);
    }

    #[test]
    fn keys_that_differ_by_case_clash() {
        let entity = json!({ "spec": { "owner": "a", "OWNER": "b" } });
        assert_eq!(clashing_keys(&entity), ["spec.owner"]);
        let relations = json!([
            { "type": "a", "targetRef": "x:y/z" },
            { "type": "A", "targetRef": "x:y/z" },
        ]);
        assert_eq!(
            clashing_keys(&json!({ "relations": relations })),
            ["relations.a"]
        );
        assert!(clashing_keys(&json!({ "spec": { "owner": "a" } })).is_empty());
    }
}
