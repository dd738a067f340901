//! An entity as the pairs of key and value that filters and facets see.

use app::catalog::DEFAULT_NAMESPACE;
use serde_json::Value;
use std::collections::HashMap;

/// Longer keys are not searchable.
pub(super) const MAX_KEY: usize = 200;
/// Longer values exist, but cannot be matched.
const MAX_VALUE: usize = 200;

/// The key of texts that pages look into although they are too long to be matched. Nobody can ask
/// for it.
pub(super) const LONG: &str = "\0long";
/// Where such texts stand.
const LONG_TEXTS: [&str; 3] = [
    "metadata.title",
    "metadata.description",
    "spec.profile.displayName",
];

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
    /// It is a text in a list, and so a flag `path.item = true` as well.
    listed: bool,
}

/// The rows of an entity, by key.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Rows(Vec<(SearchRow, bool)>);

/// The rows of one key.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct KeyRows<'a>(&'a [(SearchRow, bool)]);

impl Rows {
    /// Of a finished entity.
    pub(super) fn of_entity(entity: &Value) -> Self {
        Self::of(pairs(entity))
    }

    /// Of a document to which its uid and relations, `(type, target)`, are yet to be added.
    pub(super) fn of_document(document: &Value, uid: &str, relations: &[(&str, &str)]) -> Self {
        let mut pairs = Vec::new();
        traverse("", document, &mut pairs);
        name_pairs(document, Some(uid.to_owned()), &mut pairs);
        for (kind, target) in relations {
            push_relation(&mut pairs, kind, target);
        }
        Self::of(pairs)
    }

    fn of(pairs: Vec<Pair>) -> Self {
        let mut rows = Vec::with_capacity(pairs.len());
        for Pair {
            path,
            value,
            listed,
        } in pairs
        {
            if let Some(text) = &value
                && LONG_TEXTS.contains(&path.as_str())
                && is_longer(text, MAX_VALUE)
            {
                let row = SearchRow {
                    key: LONG.to_owned(),
                    value: value.clone(),
                };
                rows.push((row, false));
            }
            rows.extend(SearchRow::of(path, value).map(|row| (row, listed)));
        }
        rows.sort_unstable_by(|(a, _), (b, _)| (&a.key, &a.value).cmp(&(&b.key, &b.value)));
        // Where only some values of a key are items of a list, their flags are rows like any other.
        let mixed = |rows: &&[(SearchRow, bool)]| {
            rows.iter().any(|(_, listed)| *listed) && !rows.iter().all(|(_, listed)| *listed)
        };
        let same_key = |(a, _): &(SearchRow, bool), (b, _): &(SearchRow, bool)| a.key == b.key;
        let flags = rows.chunk_by(same_key).filter(mixed).flatten();
        let flags = flags.filter(|(_, listed)| *listed);
        let flags: Vec<_> = flags
            .filter_map(|(row, _)| flag(&row.key, row.value.as_deref()?))
            .map(|row| (row, false))
            .collect();
        if !flags.is_empty() {
            rows.extend(flags);
            rows.sort_by(|(a, _), (b, _)| (&a.key, &a.value).cmp(&(&b.key, &b.value)));
        }
        Self(rows)
    }

    /// By key, ascending.
    pub(super) fn keys(&self) -> impl Iterator<Item = KeyRows<'_>> {
        self.0
            .chunk_by(|(a, _), (b, _)| a.key == b.key)
            .map(KeyRows)
    }
}

impl<'a> KeyRows<'a> {
    pub(super) fn key(&self) -> &'a str {
        self.0.first().map_or("", |(row, _)| row.key.as_str())
    }

    pub(super) fn values(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        self.0.iter().map(|(row, _)| row.value.as_deref())
    }

    /// Whether they are the texts of a list.
    pub(super) fn are_listed(&self) -> bool {
        self.0.iter().all(|(_, listed)| *listed)
    }
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
    let paths = pairs(entity).into_iter().flat_map(|pair| {
        let flag = pair.value.filter(|_| pair.listed);
        let flag = flag.map(|item| join(&pair.path, &item));
        std::iter::once(pair.path).chain(flag)
    });
    for path in paths {
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
    let mut rows = Vec::new();
    for Pair {
        path,
        value,
        listed,
    } in pairs
    {
        let item = value.as_deref().filter(|_| listed);
        let flag = item.and_then(|item| flag(&path, item));
        rows.extend(SearchRow::of(path, value));
        rows.extend(flag);
    }
    rows
}

/// The row that says of an item of a list that it is there.
fn flag(path: &str, item: &str) -> Option<SearchRow> {
    SearchRow::of(join(path, item), Some("true".to_owned()))
}

fn pairs(entity: &Value) -> Vec<Pair> {
    let mut pairs = Vec::new();
    traverse("", entity, &mut pairs);
    let uid = entity.pointer("/metadata/uid").and_then(text_of);
    name_pairs(entity, uid, &mut pairs);
    let relations = entity.get("relations").and_then(Value::as_array);
    for relation in relations.into_iter().flatten() {
        let text = |name: &str| relation.get(name).and_then(Value::as_str);
        if let (Some(kind), Some(target)) = (text("type"), text("targetRef")) {
            push_relation(&mut pairs, kind, target);
        }
    }
    pairs
}

/// What is searchable of the name, whether or not it is written.
fn name_pairs(entity: &Value, uid: Option<String>, pairs: &mut Vec<Pair>) {
    let metadata = entity.get("metadata");
    let text = |name: &str| metadata.and_then(|metadata| metadata.get(name));
    let name = text("name").and_then(text_of);
    push(pairs, "metadata.name".to_owned(), name);
    let namespace = text("namespace").and_then(text_of);
    push(pairs, "metadata.namespace".to_owned(), namespace);
    push(pairs, "metadata.uid".to_owned(), uid);
    if text("namespace").is_none_or(Value::is_null) {
        let default = DEFAULT_NAMESPACE.to_owned();
        push(pairs, "metadata.namespace".to_owned(), Some(default));
    }
}

fn push_relation(pairs: &mut Vec<Pair>, kind: &str, target: &str) {
    let path = ["relations.", kind].concat();
    push(pairs, path, Some(target.to_owned()));
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
                match item {
                    Value::String(text) => pairs.push(Pair {
                        path: path.to_owned(),
                        value: Some(text.clone()),
                        listed: true,
                    }),
                    item => traverse(path, item, pairs),
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
    pairs.push(Pair {
        path,
        value,
        listed: false,
    });
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
