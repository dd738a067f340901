//! An entity as the pairs of key and value that filters and facets see.

use serde_json::Value;
use std::collections::BTreeMap;

/// Longer keys are not searchable.
const MAX_KEY: usize = 200;
/// Longer values exist, but cannot be matched.
const MAX_VALUE: usize = 200;

/// What is left out of the search, or added by hand.
const SKIPPED: [&str; 8] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
    "",
];

/// One searchable pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// Dotted path, lower case.
    pub key: String,
    /// As the entity writes it; `None` exists but matches no value.
    pub value: Option<String>,
}

/// The searchable pairs of a finished entity: dotted lower-case keys, one row for each item of an
/// array, and for items that are texts a row `path.item = true` beside it.
///
/// Source: the catalog API's search semantics, which filters and facets of clients rely on.
pub fn search_rows(entity: &Value) -> Vec<SearchRow> {
    let mut rows = Vec::new();
    traverse(String::new(), entity, &mut rows);
    let metadata = |name: &str| {
        let value = entity.pointer(&format!("/metadata/{name}"));
        value.and_then(Value::as_str).map(str::to_owned)
    };
    push(&mut rows, "metadata.name", metadata("name"));
    let namespace = metadata("namespace").or_else(|| Some("default".to_owned()));
    push(&mut rows, "metadata.namespace", namespace);
    push(&mut rows, "metadata.uid", metadata("uid"));
    let relations = entity.get("relations").and_then(Value::as_array);
    for relation in relations.into_iter().flatten() {
        let text = |name: &str| relation.get(name).and_then(Value::as_str);
        if let (Some(kind), Some(target)) = (text("type"), text("targetRef")) {
            push(
                &mut rows,
                &format!("relations.{kind}"),
                Some(target.to_owned()),
            );
        }
    }
    rows
}

/// Keys of an entity that differ only by case, which a search could not tell apart.
pub fn clashing_keys(entity: &Value) -> Vec<String> {
    let mut rows = Vec::new();
    collect_paths(String::new(), entity, &mut rows);
    let mut spellings: BTreeMap<String, String> = BTreeMap::new();
    let mut clashes = Vec::new();
    for path in rows {
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

fn collect_paths(path: String, value: &Value, paths: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = join(&path, name);
                if !SKIPPED[..3].contains(&path.as_str()) {
                    collect_paths(path, value, paths);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_paths(path.clone(), item, paths);
            }
        }
        _ => paths.push(path),
    }
}

fn traverse(path: String, value: &Value, rows: &mut Vec<SearchRow>) {
    if !path.is_empty() && SKIPPED.contains(&path.as_str()) {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                traverse(join(&path, name), value, rows);
            }
        }
        Value::Array(items) => {
            for item in items {
                traverse(path.clone(), item, rows);
                if let Value::String(item) = item {
                    push(rows, &join(&path, item), Some("true".to_owned()));
                }
            }
        }
        Value::Null => push(rows, &path, None),
        Value::String(text) => push(rows, &path, Some(text.clone())),
        other => push(rows, &path, Some(other.to_string())),
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn push(rows: &mut Vec<SearchRow>, key: &str, value: Option<String>) {
    if key.chars().count() > MAX_KEY {
        return;
    }
    rows.push(SearchRow {
        key: key.to_lowercase(),
        value: value.filter(|value| value.chars().count() <= MAX_VALUE),
    });
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
        check(entity, "metadata.namespace", &[Some("default")]);
    }

    #[test]
    fn keys_that_differ_by_case_clash() {
        let entity = json!({ "spec": { "owner": "a", "OWNER": "b" } });
        assert_eq!(clashing_keys(&entity), ["spec.owner"]);
        assert!(clashing_keys(&json!({ "spec": { "owner": "a" } })).is_empty());
    }
}
