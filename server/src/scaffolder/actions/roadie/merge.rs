//! `roadiehq:utils:merge` and `roadiehq:utils:json:merge`: values into structured files.

use super::files::read;
use super::serialize::as_json;
use super::{as_yaml, documents, json, yaml};
use crate::scaffolder::actions::{Action, ActionError, Call};
use crate::scaffolder::workspace::Inside;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::HashSet;

/// What stands before each level of JSON when nobody says.
const SPACE: &str = "  ";

/// `roadiehq:utils:merge`.
pub(in super::super) struct Merge;

/// `roadiehq:utils:json:merge`.
pub(in super::super) struct MergeJson;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    path: String,
    content: Value,
    #[serde(default)]
    merge_arrays: bool,
    #[serde(default)]
    match_file_indent: bool,
    #[serde(default)]
    preserve_yaml_comments: bool,
    use_document_including_field: Option<Field>,
}

/// Says which document of a file is meant: the one that has this value there.
#[derive(Deserialize)]
struct Field {
    key: String,
    value: String,
}

/// How a file is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Yaml,
}

impl Action for Merge {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            Inside::parse(&input.path)?;
            let format = match input.path.rsplit_once('.') {
                Some((_, "json")) => Format::Json,
                Some((_, "yaml" | "yml")) => Format::Yaml,
                _ => {
                    return Err(ActionError::Input(format!(
                        "'{}' ends neither in .json, .yaml nor .yml, so what it holds is not known",
                        input.path
                    )));
                }
            };
            if input.preserve_yaml_comments && format == Format::Yaml {
                call.log
                    .warn("Comments are not kept: the file is written anew");
            }
            merge_into(call, input, format, false).await
        })
    }
}

impl Action for MergeJson {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            merge_into(call, input, Format::Json, true).await
        })
    }
}

async fn merge_into(
    call: &mut Call<'_>,
    input: Input,
    format: Format,
    may_be_missing: bool,
) -> Result<(), ActionError> {
    let path = Inside::parse(&input.path)?;
    let at = path.clone();
    call.blocking(move |files| {
        let known = files.find(&at)?;
        let old = if known.is_none() && may_be_missing {
            None
        } else {
            Some(read(files, &at)?)
        };
        let text = match format {
            Format::Json => merged_json(old.as_deref(), &input)?,
            Format::Yaml => merged_yaml(&old.unwrap_or_default(), &input)?,
        };
        let executable = known.is_some_and(|it| it.executable);
        Ok(files.write(&at, text.as_bytes(), executable)?)
    })
    .await?;
    call.output("path", path.as_str());
    Ok(())
}

fn merged_json(old: Option<&str>, input: &Input) -> Result<String, ActionError> {
    let mut merged = match old {
        None => Value::Object(Map::new()),
        Some(old) => json(old, &format!("'{}'", input.path))?,
    };
    let content = match &input.content {
        Value::String(text) => json(text, "'content'")?,
        other => other.clone(),
    };
    merge(&mut merged, content, input.merge_arrays);
    let old = old.filter(|_| input.match_file_indent);
    let space = old.and_then(indent_of).unwrap_or(SPACE);
    as_json(&merged, space).map_err(ActionError::Failed)
}

fn merged_yaml(old: &str, input: &Input) -> Result<String, ActionError> {
    let mut all = documents(old, &format!("'{}'", input.path))?;
    let content = match &input.content {
        Value::String(text) => yaml(text, "'content'")?,
        other => other.clone(),
    };
    let is_meant = meant(&all, input)?;
    for (document, _) in all
        .iter_mut()
        .zip(is_meant)
        .filter(|(_, is_meant)| *is_meant)
    {
        merge(document, content.clone(), input.merge_arrays);
    }
    let texts: Result<Vec<String>, ActionError> = all.iter().map(as_yaml).collect();
    Ok(texts?.join("---\n"))
}

/// Into which documents of a file is merged: the only one, or those with the value of the field.
fn meant(all: &[Value], input: &Input) -> Result<Vec<bool>, ActionError> {
    let path = &input.path;
    let field = match (all, &input.use_document_including_field) {
        ([], _) => {
            let message = format!("'{path}' is empty, so there is nothing to merge into");
            return Err(ActionError::Input(message));
        }
        ([_], _) => return Ok(vec![true]),
        (_, Some(field)) => field,
        (_, None) => {
            return Err(ActionError::Input(format!(
                "'{path}' has {} documents; 'useDocumentIncludingField' has to say which is meant",
                all.len()
            )));
        }
    };
    let is_meant: Vec<bool> = all.iter().map(|document| field.is_in(document)).collect();
    if !is_meant.contains(&true) {
        return Err(ActionError::Input(format!(
            "no document of '{path}' has '{}' at '{}'",
            field.value, field.key
        )));
    }
    Ok(is_meant)
}

impl Field {
    /// Whether a document has the value at the key, or at the path of keys with dots between them.
    fn is_in(&self, document: &Value) -> bool {
        let below = || {
            let mut keys = self.key.split('.');
            keys.try_fold(document, |value, key| value.get(key))
        };
        match document.get(&self.key).or_else(below) {
            Some(Value::String(text)) => *text == self.value,
            Some(Value::Number(number)) => number.to_string() == self.value,
            _ => false,
        }
    }
}

/// What stands before the first line that is further in.
fn indent_of(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let inner = line.trim_start_matches([' ', '\t']);
        let indent = &line[..line.len() - inner.len()];
        (!indent.is_empty() && !inner.is_empty()).then_some(indent)
    })
}

/// Puts one value into another: maps by their keys, lists by their places or, if asked, one behind the
/// other, anything else in place.
fn merge(into: &mut Value, from: Value, appends: bool) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(known) => merge(known, value, appends),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(into), from) if appends => append(into, from),
        (Value::Array(into), Value::Array(from)) => {
            for (at, value) in from.into_iter().enumerate() {
                match into.get_mut(at) {
                    Some(known) => merge(known, value, appends),
                    None => into.push(value),
                }
            }
        }
        (into, from) => *into = from,
    }
}

/// Adds a value, or those of a list; a text or number that is there already is not added again.
fn append(into: &mut Vec<Value>, from: Value) {
    let items = match from {
        Value::Array(items) => items,
        other => vec![other],
    };
    let all = std::mem::take(into);
    let mut seen = HashSet::new();
    for item in all.into_iter().chain(items) {
        let is_whole = item.is_object() || item.is_array();
        if is_whole || seen.insert(item.to_string()) {
            into.push(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn maps_and_lists_are_merged_and_the_rest_replaced() {
        let mut into = json!({ "a": { "b": 1, "c": [1, { "x": 1 }] }, "d": "old" });
        let from = json!({ "a": { "c": [2, { "y": 2 }, 3], "e": null }, "d": { "f": 1 } });
        merge(&mut into, from, false);
        let expected = json!({
            "a": { "b": 1, "c": [2, { "x": 1, "y": 2 }, 3], "e": null }, "d": { "f": 1 },
        });
        assert_eq!(into, expected);
    }

    #[test]
    fn lists_are_put_one_behind_the_other_when_asked() {
        let mut into = json!({ "a": [1, "x"], "b": { "c": [{ "d": 1 }] } });
        let from = json!({ "a": ["x", 2], "b": { "c": { "d": 1 } } });
        merge(&mut into, from, true);
        assert_eq!(
            into,
            json!({ "a": [1, "x", 2], "b": { "c": [{ "d": 1 }, { "d": 1 }] } })
        );
    }

    #[test]
    fn one_of_several_documents_is_named_by_what_is_in_it() {
        let old = "kind: A\nmetadata:\n  name: one\n---\nkind: B\nport: 80\n";
        let with = |key: &str, value: &str| {
            let field = json!({ "key": key, "value": value });
            let input = json!({
                "path": "a.yaml", "content": { "new": true }, "useDocumentIncludingField": field,
            });
            merged_yaml(old, &serde_json::from_value(input).unwrap())
        };
        assert_eq!(
            with("metadata.name", "one").unwrap(),
            "kind: A\nmetadata:\n  name: one\nnew: true\n---\nkind: B\nport: 80\n"
        );
        let second = with("port", "80").unwrap();
        assert!(second.ends_with("port: 80\nnew: true\n"), "{second}");
        let error = with("kind", "C").unwrap_err().to_string();
        assert!(
            error.contains("no document of 'a.yaml' has 'C' at 'kind'"),
            "{error}"
        );
        let without = json!({ "path": "a.yaml", "content": "new: true" });
        let without: Input = serde_json::from_value(without).unwrap();
        let error = merged_yaml(old, &without).unwrap_err().to_string();
        assert!(error.contains("has 2 documents"), "{error}");
    }

    #[test]
    fn a_file_keeps_its_indent_when_asked() {
        let old = "{\n\t\"a\": 1\n}\n";
        let input = json!({ "path": "a.json", "content": { "b": 2 }, "matchFileIndent": true });
        let input: Input = serde_json::from_value(input).unwrap();
        let merged = merged_json(Some(old), &input).unwrap();
        assert_eq!(merged, "{\n\t\"a\": 1,\n\t\"b\": 2\n}");
    }
}
