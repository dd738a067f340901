//! From a document to the entity as clients get it: uid, etag, relations and, when something is
//! wrong, its status.

use super::text_at;
use app::catalog::{Problem, Severity};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;

/// Hexadecimal digits of an etag.
const ETAG: usize = 40;

/// What is added to a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Added<'a> {
    pub(super) uid: &'a str,
    /// Types and targets, sorted.
    pub(super) relations: &'a [(&'a str, &'a str)],
    /// `null` when nothing is wrong.
    pub(super) status: &'a Value,
}

/// The status of an entity with these problems. An error has its class before its message and
/// beside it, for that is where clients look for it.
pub(super) fn status<'a>(problems: impl Iterator<Item = &'a Problem>) -> Value {
    let item = |level: &str, message: String| json!({ "type": "backstage.io/catalog-processing", "level": level, "message": message });
    let items: Vec<Value> = problems
        .map(
            |Problem {
                 severity,
                 message,
                 error,
                 ..
             }| match severity {
                Severity::Warning => item("warning", message.clone()),
                Severity::Error => {
                    let name = error.as_str();
                    let mut item = item("error", format!("{name}: {message}"));
                    item["error"] = json!({ "name": name, "message": message });
                    item
                }
            },
        )
        .collect();
    if items.is_empty() {
        Value::Null
    } else {
        json!({ "items": items })
    }
}

/// A stored document, taken apart as far as finishing needs: what is in its fields stays text, so
/// that nothing is parsed only to be written again.
#[derive(Debug)]
pub(super) struct Document<'a> {
    text: &'a str,
    fields: Fields<'a>,
    metadata: Fields<'a>,
    name: Cow<'a, str>,
    namespace: Cow<'a, str>,
}

/// Fields in the order of their names.
type Fields<'a> = BTreeMap<Name<'a>, &'a RawValue>;

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl Borrow<str> for Name<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<'a> Document<'a> {
    /// # Errors
    /// What is missing, when it is no entity.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let parse = |text: &'a str| {
            serde_json::from_str::<Fields<'a>>(text).map_err(|error| error.to_string())
        };
        let fields = parse(text)?;
        let metadata = fields.get("metadata").ok_or("/metadata")?;
        let metadata = parse(metadata.get())?;
        let text_of = |fields: &Fields<'a>, name: &str| {
            let value = fields.get(name)?;
            let value = serde_json::from_str::<Name<'a>>(value.get()).ok()?;
            Some(value.0)
        };
        text_of(&fields, "kind").ok_or("/kind")?;
        Ok(Self {
            name: text_of(&metadata, "name").ok_or("/metadata/name")?,
            namespace: text_of(&metadata, "namespace").ok_or("/metadata/namespace")?,
            text,
            fields,
            metadata,
        })
    }

    pub(super) fn text(&self) -> &str {
        self.text
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn namespace(&self) -> &str {
        &self.namespace
    }
}

/// Appends the finished entity, and returns what tells it from any other.
///
/// A document that brings an etag keeps it; otherwise it is made of all that is written.
pub(super) fn write(document: &Document<'_>, added: Added<'_>, out: &mut Vec<u8>) -> u64 {
    let start = out.len();
    let mut etag = None;
    let fields = document.fields.keys().map(|name| &*name.0);
    let mut names: Vec<&str> = fields
        .filter(|name| !matches!(*name, "relations" | "status"))
        .collect();
    names.push("relations");
    if !added.status.is_null() {
        names.push("status");
    }
    names.sort_unstable();
    for (position, name) in names.into_iter().enumerate() {
        out.push(if position == 0 { b'{' } else { b',' });
        write_key(name, out);
        match name {
            "relations" => write_relations(added.relations, out),
            "status" => put(added.status, out),
            "metadata" => etag = write_metadata(&document.metadata, added.uid, out),
            name => write_raw(&document.fields, name, out),
        }
    }
    out.push(b'}');
    let digest = Sha1::digest(&out[start..]);
    if let Some(at) = etag {
        for (digits, byte) in out[at..at + ETAG].chunks_exact_mut(2).zip(digest) {
            let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
            digits.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
    }
    first_eight(&digest)
}

/// Appends an entity as it is, and returns what tells it from any other.
pub(super) fn write_as_it_is(entity: &Value, out: &mut Vec<u8>) -> u64 {
    let start = out.len();
    put(entity, out);
    version(&out[start..])
}

/// The text of the document of a finished entity: `write` makes the same entity of it again, given
/// the same.
pub(super) fn unfinished(mut entity: Value, body: &[u8]) -> String {
    let uid = text_at(&entity, "/metadata/uid").unwrap_or_default();
    let pairs = relations_of(&entity);
    let relations: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let status = entity.get("status").cloned().unwrap_or_default();
    if let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("uid");
    }
    let with_etag = entity.to_string();
    if let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("etag");
    }
    let document = entity.to_string();
    let mut again = Vec::with_capacity(body.len());
    let added = Added {
        uid: &uid,
        relations: &relations,
        status: &status,
    };
    let is_same = Document::parse(&document).is_ok_and(|document| {
        write(&document, added, &mut again);
        again == body
    });
    // Otherwise the etag is its own.
    if is_same { document } else { with_etag }
}

/// The relations of a finished entity: types and targets.
pub(super) fn relations_of(entity: &Value) -> Vec<(String, String)> {
    let relations = entity.get("relations").and_then(Value::as_array);
    let relations = relations.into_iter().flatten().filter_map(|relation| {
        let text = |name: &str| Some(relation.get(name)?.as_str()?.to_owned());
        Some((text("type")?, text("targetRef")?))
    });
    relations.collect()
}

/// Returns where the etag stands that is yet to be made.
fn write_metadata(metadata: &Fields<'_>, uid: &str, out: &mut Vec<u8>) -> Option<usize> {
    let mut etag = None;
    let fields = metadata.keys().map(|name| &*name.0);
    let mut names: Vec<&str> = fields.filter(|name| *name != "uid").collect();
    names.push("uid");
    if !metadata.contains_key("etag") {
        names.push("etag");
    }
    names.sort_unstable();
    for (position, name) in names.into_iter().enumerate() {
        out.push(if position == 0 { b'{' } else { b',' });
        write_key(name, out);
        match name {
            "uid" => put(&uid, out),
            "etag" if !metadata.contains_key("etag") => {
                out.push(b'"');
                etag = Some(out.len());
                out.resize(out.len() + ETAG, b'0');
                out.push(b'"');
            }
            name => write_raw(metadata, name, out),
        }
    }
    out.push(b'}');
    etag
}

fn write_relations(relations: &[(&str, &str)], out: &mut Vec<u8>) {
    out.push(b'[');
    for (position, (kind, target)) in relations.iter().enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"targetRef\":");
        put(target, out);
        out.extend_from_slice(b",\"type\":");
        put(kind, out);
        out.push(b'}');
    }
    out.push(b']');
}

fn write_raw(fields: &Fields<'_>, name: &str, out: &mut Vec<u8>) {
    if let Some(value) = fields.get(name) {
        out.extend_from_slice(value.get().as_bytes());
    }
}

fn write_key(name: &str, out: &mut Vec<u8>) {
    put(&name, out);
    out.push(b':');
}

fn put(value: &impl serde::Serialize, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("a value is JSON, and memory can be written");
}

fn version(text: &[u8]) -> u64 {
    first_eight(&Sha1::digest(text))
}

fn first_eight(digest: &[u8]) -> u64 {
    digest
        .iter()
        .take(8)
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(document: &str, added: Added<'_>) -> String {
        let mut out = Vec::new();
        write(&Document::parse(document).unwrap(), added, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_entity_is_finished_and_made_again_from_itself() {
        let relations = [("ownedBy", "group:default/a")];
        let added = Added {
            uid: "u",
            relations: &relations,
            status: &json!({ "items": [1] }),
        };
        for etag in [None, Some("mine")] {
            let mut document = json!({ "kind": "k", "metadata": { "name": "n", "namespace": "s" }, "spec": { "x": 1 } });
            if let Some(etag) = etag {
                document["metadata"]["etag"] = etag.into();
            }
            let text = finished(&document.to_string(), added);
            let entity: Value = serde_json::from_str(&text).unwrap();
            assert_eq!(
                entity.to_string(),
                text,
                "fields are in the order of their names"
            );
            assert_eq!(entity["metadata"]["uid"], "u");
            assert_eq!(entity["relations"][0]["targetRef"], "group:default/a");
            assert_eq!(entity["status"]["items"][0], 1);
            let made = entity["metadata"]["etag"].as_str().unwrap().to_owned();
            assert_eq!(etag.unwrap_or(&made), made);
            let again = unfinished(entity, text.as_bytes());
            assert_eq!(finished(&again, added), text);
            let changed = again.replace("{\"x\":1}", "{\"x\":2}");
            assert_ne!(again, changed);
            assert_eq!(finished(&changed, added).contains(&made), etag.is_some());
        }
    }
}
