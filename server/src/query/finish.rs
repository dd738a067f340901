//! From a document to the entity as clients get it: uid, etag, relations and, when something is
//! wrong, its status.

use super::text_at;
use app::catalog::{Problem, Severity};
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

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

/// Appends the finished entity, and returns what tells it from any other.
///
/// A document that brings an etag keeps it; otherwise it is made of all that is written.
pub(super) fn write(document: &Value, added: Added<'_>, out: &mut Vec<u8>) -> u64 {
    let start = out.len();
    let mut etag = None;
    let Some(fields) = document.as_object() else {
        put(document, out);
        return version(&out[start..]);
    };
    let has_metadata = fields.get("metadata").is_some_and(Value::is_object);
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    names.retain(|name| !matches!(*name, "relations" | "status"));
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
            "metadata" if has_metadata => etag = write_metadata(&fields[name], added.uid, out),
            name => put(&fields[name], out),
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

/// The document of a finished entity: `write` makes the same entity of it again, given the same.
pub(super) fn unfinished(mut entity: Value, body: &[u8]) -> Value {
    let uid = text_at(&entity, "/metadata/uid").unwrap_or_default();
    let pairs = relations_of(&entity);
    let relations: Vec<(&str, &str)> = pairs
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect();
    let status = entity.get("status").cloned().unwrap_or_default();
    let mut document = entity.clone();
    if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("uid");
        metadata.remove("etag");
    }
    let mut again = Vec::with_capacity(body.len());
    let added = Added {
        uid: &uid,
        relations: &relations,
        status: &status,
    };
    write(&document, added, &mut again);
    if again == body {
        return document;
    }
    // The etag is its own.
    if let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("uid");
    }
    entity
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
fn write_metadata(metadata: &Value, uid: &str, out: &mut Vec<u8>) -> Option<usize> {
    let fields = metadata.as_object()?;
    let mut etag = None;
    let mut names: Vec<&str> = fields.keys().map(String::as_str).collect();
    names.retain(|name| *name != "uid");
    names.push("uid");
    if !fields.contains_key("etag") {
        names.push("etag");
    }
    names.sort_unstable();
    for (position, name) in names.into_iter().enumerate() {
        out.push(if position == 0 { b'{' } else { b',' });
        write_key(name, out);
        match fields.get(name).filter(|_| name != "uid") {
            Some(value) => put(value, out),
            None if name == "uid" => put(&uid, out),
            None => {
                out.push(b'"');
                etag = Some(out.len());
                out.resize(out.len() + ETAG, b'0');
                out.push(b'"');
            }
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

    fn finished(document: &Value, added: Added<'_>) -> String {
        let mut out = Vec::new();
        write(document, added, &mut out);
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
            let mut document =
                json!({ "kind": "k", "metadata": { "name": "n" }, "spec": { "x": 1 } });
            if let Some(etag) = etag {
                document["metadata"]["etag"] = etag.into();
            }
            let text = finished(&document, added);
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
            let mut again = unfinished(entity, text.as_bytes());
            assert_eq!(finished(&again, added), text);
            again["spec"]["x"] = 2.into();
            assert_eq!(finished(&again, added).contains(&made), etag.is_some());
        }
    }
}
