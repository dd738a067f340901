//! An entity as the pairs of key and value that filters and facets see.

use super::finish::Document;
use super::gather::lower;
use super::pairs::{text_of, walk};
use app::catalog::DEFAULT_NAMESPACE;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

/// Longer keys are not searchable.
pub(super) const MAX_KEY: usize = 200;
/// Longer values exist, but cannot be matched.
const MAX_VALUE: usize = 200;

/// Before the type of a relation.
pub(super) const RELATIONS: &str = "relations.";
/// What an item of a list is, as a flag.
const FLAG: &str = "true";

/// The key of texts that pages look into although they are too long to be matched. Nobody can ask
/// for it.
pub(super) const LONG: &str = "\0long";
/// Where such texts stand.
const LONG_TEXTS: [&str; 3] = [
    "metadata.title",
    "metadata.description",
    "spec.profile.displayName",
];

/// One searchable pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchRow {
    /// Dotted path, lower case.
    pub key: String,
    /// As the entity writes it; `None` exists but matches no value.
    pub value: Option<String>,
}

/// The rows of an entity, by key.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// All keys and values.
    text: String,
    rows: Vec<Row>,
}

/// Where key and value of a row are in the text, and whether the value is a text in a list.
#[derive(Debug, Clone)]
struct Row {
    key: Range<usize>,
    value: Option<Range<usize>>,
    listed: bool,
}

/// The rows of one key.
#[derive(Debug)]
pub(super) struct KeyRows<'a> {
    text: &'a str,
    rows: &'a [Row],
}

impl Rows {
    /// Of a finished entity.
    pub(super) fn of_entity(entity: &Value) -> Self {
        let mut rows = Self::default();
        pairs(entity, |path, value, listed| {
            rows.push(path, value.as_deref(), listed);
        });
        rows.in_order()
    }

    /// Of a document to which its uid and relations, `(type, target)`, are yet to be added.
    ///
    /// # Errors
    /// When the document is no JSON.
    pub(super) fn of_document(
        document: &Document<'_>,
        uid: &str,
        relations: &[(&str, &str)],
    ) -> Result<Self, serde_json::Error> {
        let mut rows = Self::default();
        let mut text = serde_json::Deserializer::from_str(document.text());
        walk(&mut text, |path, value, listed| {
            rows.push(path, value.as_deref(), listed);
        })?;
        rows.push("metadata.name", Some(document.name()), false);
        rows.push("metadata.namespace", Some(document.namespace()), false);
        rows.push("metadata.uid", Some(uid), false);
        let mut path = String::new();
        for (kind, target) in relations {
            path.clear();
            path.push_str(RELATIONS);
            path.push_str(kind);
            rows.push(&path, Some(target), false);
        }
        Ok(rows.in_order())
    }

    fn push(&mut self, path: &str, value: Option<&str>, listed: bool) {
        if is_longer(path, MAX_KEY) {
            return;
        }
        let key = self.keep(&lower(path));
        let value = value.and_then(|value| {
            if !is_longer(value, MAX_VALUE) {
                return Some(self.keep(value));
            }
            if LONG_TEXTS.contains(&path) {
                let (key, value) = (self.keep(LONG), Some(self.keep(value)));
                self.rows.push(Row {
                    key,
                    value,
                    listed: false,
                });
            }
            None
        });
        self.rows.push(Row { key, value, listed });
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    /// By key and value. Where only some values of a key are items of a list, their flags are rows
    /// like any other.
    fn in_order(mut self) -> Self {
        self.sort();
        let mixed = |rows: &KeyRows<'_>| {
            rows.rows.iter().any(|row| row.listed) && !rows.rows.iter().all(|row| row.listed)
        };
        let flags = self.keys().filter(mixed).flat_map(|rows| {
            let key = rows.key();
            let items = rows.rows.iter().filter(|row| row.listed);
            items.filter_map(move |row| Some([key, ".", &rows.text[row.value.clone()?]].concat()))
        });
        let flags: Vec<String> = flags.collect();
        if !flags.is_empty() {
            for path in flags {
                self.push(&path, Some(FLAG), false);
            }
            self.sort();
        }
        self
    }

    fn sort(&mut self) {
        let Self { text, rows } = self;
        let of = |row: &Row| {
            let value = row.value.clone().map(|value| &text[value]);
            (&text[row.key.clone()], value)
        };
        rows.sort_by(|a, b| of(a).cmp(&of(b)));
    }

    /// By key, ascending.
    pub(super) fn keys(&self) -> impl Iterator<Item = KeyRows<'_>> {
        let key = |row: &Row| &self.text[row.key.clone()];
        let same_key = move |a: &Row, b: &Row| key(a) == key(b);
        self.rows.chunk_by(same_key).map(|rows| KeyRows {
            text: &self.text,
            rows,
        })
    }
}

impl<'a> KeyRows<'a> {
    pub(super) fn key(&self) -> &'a str {
        let first = self.rows.first();
        first.map_or("", |row| &self.text[row.key.clone()])
    }

    pub(super) fn values(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let text = self.text;
        let values = self.rows.iter().map(|row| row.value.clone());
        values.map(move |value| value.map(|value| &text[value]))
    }

    /// Whether they are the texts of a list.
    pub(super) fn are_listed(&self) -> bool {
        self.rows.iter().all(|row| row.listed)
    }
}

impl PartialEq for KeyRows<'_> {
    fn eq(&self, other: &Self) -> bool {
        let listed = |rows: &Self| rows.rows.iter().map(|row| row.listed);
        self.key() == other.key()
            && self.values().eq(other.values())
            && listed(self).eq(listed(other))
    }
}

impl SearchRow {
    /// The row of a path and its value; `None` when the path is too long to be searched.
    pub fn of(path: String, value: Option<String>) -> Option<Self> {
        if is_longer(&path, MAX_KEY) {
            return None;
        }
        Some(Self {
            key: lower(&path).into_owned(),
            value: value.filter(|value| !is_longer(value, MAX_VALUE)),
        })
    }
}

/// The searchable pairs of a finished entity: dotted lower-case keys, one row for each item of an
/// array, and for items that are texts a row `path.item = true` beside it.
///
/// Source: the catalog API's search semantics, which filters and facets of clients rely on.
pub fn search_rows(entity: &Value) -> Vec<SearchRow> {
    let mut rows = Vec::new();
    pairs(entity, |path, value, listed| {
        push_row(&mut rows, path, value, listed);
    });
    rows
}

/// The same without what is added for the name of the entity and for its relations.
pub fn field_rows(entity: &Value) -> Vec<SearchRow> {
    let mut rows = Vec::new();
    walk(entity, |path, value, listed| {
        push_row(&mut rows, path, value, listed);
    })
    .expect("a value is JSON");
    rows
}

/// Keys of an entity that differ only by case, which a search could not tell apart.
pub fn clashing_keys(entity: &Value) -> Vec<String> {
    let mut spellings: HashMap<String, String> = HashMap::new();
    let mut clashes = Vec::new();
    let mut see = |path: &str| {
        let key = path.to_lowercase();
        match spellings.get(&key) {
            Some(spelling) if *spelling != path && !clashes.contains(&key) => clashes.push(key),
            Some(_) => {}
            None => {
                spellings.insert(key, path.to_owned());
            }
        }
    };
    pairs(entity, |path, value, listed| {
        see(path);
        if let Some(item) = value.filter(|_| listed) {
            see(&[path, ".", &item].concat());
        }
    });
    clashes
}

/// Adds the row of a pair, and the one that says of an item of a list that it is there.
fn push_row(rows: &mut Vec<SearchRow>, path: &str, value: Option<Cow<'_, str>>, listed: bool) {
    let item = value.as_deref().filter(|_| listed);
    let flag = item.map(|item| [path, ".", item].concat());
    let flag = flag.and_then(|path| SearchRow::of(path, Some(FLAG.to_owned())));
    rows.extend(SearchRow::of(path.to_owned(), value.map(Cow::into_owned)));
    rows.extend(flag);
}

/// Hands over each searchable pair of path and value, and whether it is a text in a list.
fn pairs(entity: &Value, mut take: impl FnMut(&str, Option<Cow<'_, str>>, bool)) {
    walk(entity, &mut take).expect("a value is JSON");
    let metadata = entity.get("metadata");
    let field = |name: &str| metadata.and_then(|metadata| metadata.get(name));
    for (path, name) in [
        ("metadata.name", "name"),
        ("metadata.namespace", "namespace"),
        ("metadata.uid", "uid"),
    ] {
        take(path, field(name).and_then(text_of).map(Cow::from), false);
    }
    if field("namespace").is_none_or(Value::is_null) {
        take("metadata.namespace", Some(DEFAULT_NAMESPACE.into()), false);
    }
    let relations = entity.get("relations").and_then(Value::as_array);
    for relation in relations.into_iter().flatten() {
        let text = |name: &str| relation.get(name).and_then(Value::as_str);
        if let (Some(kind), Some(target)) = (text("type"), text("targetRef")) {
            take(&[RELATIONS, kind].concat(), Some(target.into()), false);
        }
    }
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
