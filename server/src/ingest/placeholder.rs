//! Places in an entity that stand for a file: `$text`, `$json` and `$yaml`. Pure; the caller reads.

use super::parse;
use super::validate::{Fault, Rule};
use crate::pointer::escaped;
use serde_json::Value;

/// How the content of a file becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Json,
    Yaml,
}

/// An object `{$text: target}` somewhere in an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// JSON pointer to the object that is replaced.
    pub path: String,
    pub format: Format,
    /// A URL, or a path relative to the file that holds the entity.
    pub target: String,
}

/// Whether a file can hold a placeholder at all, by its bytes.
pub fn may_occur(bytes: &[u8]) -> bool {
    ["$text", "$json", "$yaml"].iter().any(|key| {
        bytes
            .windows(key.len())
            .any(|window| window == key.as_bytes())
    })
}

/// All placeholders of an entity. Other keys with a dollar sign, and objects with more than one
/// key, are left alone.
pub fn find(entity: &Value) -> Vec<Placeholder> {
    let mut found = Vec::new();
    collect(entity, "", &mut found);
    found
}

fn collect(value: &Value, path: &str, found: &mut Vec<Placeholder>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{path}/{index}"), found);
            }
        }
        Value::Object(map) => {
            if let (1, Some((key, Value::String(target)))) = (map.len(), map.iter().next())
                && let Some(format) = Format::of(key)
            {
                found.push(Placeholder {
                    path: path.to_owned(),
                    format,
                    target: target.clone(),
                });
                return;
            }
            for (key, value) in map {
                let key = escaped(key);
                collect(value, &format!("{path}/{key}"), found);
            }
        }
        _ => {}
    }
}

impl Format {
    fn of(key: &str) -> Option<Self> {
        match key {
            "$text" => Some(Self::Text),
            "$json" => Some(Self::Json),
            "$yaml" => Some(Self::Yaml),
            _ => None,
        }
    }

    /// The content of a file as a value.
    ///
    /// # Errors
    /// Why it is none.
    pub fn value(self, content: &[u8]) -> Result<Value, String> {
        let value = match self {
            Self::Text => Ok(String::from_utf8_lossy(content).into_owned().into()),
            Self::Json => serde_json::from_slice(content).map_err(|error| error.to_string()),
            Self::Yaml => {
                let mut documents = parse::parse_data(content, parse::MAX_BYTES);
                match (documents.pop(), documents.len()) {
                    (Some(document), 0) => {
                        let value = document.map(|document| document.value);
                        value.map_err(|broken| format!("line {}: {broken}", broken.line))
                    }
                    (_, others) => Err(format!(
                        "it must hold exactly one YAML document, but holds {}",
                        if others == 0 { 0 } else { others + 1 }
                    )),
                }
            }
        };
        value.and_then(without_nul)
    }
}

/// Not every database can store text with a NUL character.
fn without_nul(value: Value) -> Result<Value, String> {
    if holds_nul(&value) {
        return Err("it holds a NUL character; remove it".to_owned());
    }
    Ok(value)
}

fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| key.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// Puts the contents in place; `contents` are those of [`find`], in its order. In place of a
/// content that could not be had stands why, and a fault is returned for it.
pub fn replace(
    entity: &mut Value,
    contents: impl IntoIterator<Item = (Placeholder, Result<Value, String>)>,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (placeholder, content) in contents {
        let Some(place) = entity.pointer_mut(&placeholder.path) else {
            continue;
        };
        *place = content.unwrap_or_else(|reason| {
            let target = placeholder.target;
            let notice = format!("{target} could not be read: {reason}");
            faults.push(Fault {
                path: placeholder.path,
                rule: Rule::Placeholder,
                message: format!("refers to {target}, but {reason}"),
            });
            notice.into()
        });
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_single_keys_with_a_known_name_are_placeholders() {
        let entity = json!({
            "spec": {
                "a": {"$text": "./a"},
                "b/c": [{"$yaml": "b"}, {"$text": 1}],
                "d": {"$json": "d", "other": 1},
                "e": {"$ref": "e", },
            },
        });
        let found: Vec<(String, Format)> = find(&entity)
            .into_iter()
            .map(|it| (it.path, it.format))
            .collect();
        assert_eq!(
            found,
            [
                ("/spec/a".to_owned(), Format::Text),
                ("/spec/b~1c/0".to_owned(), Format::Yaml)
            ]
        );
    }

    #[test]
    fn contents_take_the_place() {
        let mut entity = json!({"spec": {"a": {"$text": "a"}, "b": {"$json": "b"}}});
        let contents = find(&entity).into_iter().map(|placeholder| {
            let content = placeholder.format.value(br#"{"x": 1}"#);
            (placeholder, content)
        });
        let contents: Vec<_> = contents.collect();
        assert_eq!(replace(&mut entity, contents), []);
        assert_eq!(entity, json!({"spec": {"a": "{\"x\": 1}", "b": {"x": 1}}}));
    }

    #[test]
    fn a_missing_content_leaves_a_notice() {
        let mut entity = json!({"spec": {"a": {"$text": "./a"}}});
        let contents = find(&entity).into_iter();
        let contents: Vec<_> = contents.map(|it| (it, Err("gone".to_owned()))).collect();
        let faults = replace(&mut entity, contents);
        assert_eq!(faults[0].to_string(), "spec.a refers to ./a, but gone");
        assert_eq!(entity["spec"]["a"], "./a could not be read: gone");
    }

    #[test]
    fn a_nul_character_is_refused_in_every_format() {
        let contents: [(Format, &[u8]); 4] = [
            (Format::Text, b"a\0b"),
            (Format::Json, br#"[{"a": "\u0000"}]"#),
            (Format::Json, br#"{"\u0000": 1}"#),
            (Format::Yaml, br#"a: "\0""#),
        ];
        for (format, content) in contents {
            let error = format.value(content).unwrap_err();
            assert!(error.contains("NUL"), "{error}");
        }
    }

    #[test]
    fn yaml_must_be_one_document() {
        assert_eq!(Format::Yaml.value(b"- 1\n"), Ok(json!([1])));
        assert!(Format::Yaml.value(b"").unwrap_err().contains("holds 0"));
        assert!(
            Format::Yaml
                .value(b"a\n---\nb")
                .unwrap_err()
                .contains("holds 2")
        );
        assert!(Format::Yaml.value(b"[").unwrap_err().contains("line 1"));
    }
}
