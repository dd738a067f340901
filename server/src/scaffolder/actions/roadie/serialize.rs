//! `roadiehq:utils:serialize:*`: texts of values.

use super::as_yaml;
use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::ser::PrettyFormatter;
use serde_json::{Serializer, Value};

/// The widest indentation of JSON that JavaScript takes, in characters.
const WIDEST: usize = 10;

/// `roadiehq:utils:serialize:json`.
pub(in super::super) struct SerializeJson;

/// `roadiehq:utils:serialize:yaml`.
pub(in super::super) struct SerializeYaml;

#[derive(Deserialize)]
struct Input {
    data: Value,
    replacer: Option<Vec<String>>,
    space: Option<String>,
    options: Option<Options>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Options {
    #[serde(default)]
    sort_keys: bool,
}

impl Action for SerializeJson {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let mut input: Input = call.read()?;
            if let Some(keys) = &input.replacer {
                keep(&mut input.data, keys);
            }
            let space = input.space.unwrap_or_default();
            let text = as_json(&input.data, &space);
            call.output("serialized", text.map_err(ActionError::Failed)?);
            Ok(())
        })
    }
}

impl Action for SerializeYaml {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let mut input: Input = call.read()?;
            if input.options.is_some_and(|it| it.sort_keys) {
                input.data.sort_all_objects();
            }
            call.output("serialized", as_yaml(&input.data)?);
            Ok(())
        })
    }
}

/// JSON as JavaScript writes it with that text before each level.
pub(super) fn as_json(data: &Value, space: &str) -> Result<String, String> {
    let space: String = space.chars().take(WIDEST).collect();
    if space.is_empty() {
        return Ok(data.to_string());
    }
    let mut text = Vec::new();
    let formatter = PrettyFormatter::with_indent(space.as_bytes());
    let mut serializer = Serializer::with_formatter(&mut text, formatter);
    data.serialize(&mut serializer)
        .map_err(|error| error.to_string())?;
    String::from_utf8(text).map_err(|error| error.to_string())
}

/// Keeps only these keys of every map.
fn keep(data: &mut Value, keys: &[String]) {
    match data {
        Value::Object(entries) => {
            entries.retain(|key, _| keys.contains(key));
            entries.values_mut().for_each(|value| keep(value, keys));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| keep(item, keys)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_is_written_as_javascript_does() {
        let data = json!({ "b": [1, {}], "a": "x" });
        assert_eq!(as_json(&data, "").unwrap(), r#"{"b":[1,{}],"a":"x"}"#);
        let shown = "{\n--\"b\": [\n----1,\n----{}\n--],\n--\"a\": \"x\"\n}";
        assert_eq!(as_json(&data, "--").unwrap(), shown);
        let mut data = json!({ "a": { "b": 1, "c": 2 }, "c": [{ "b": 1 }] });
        keep(&mut data, &["a".to_owned(), "b".to_owned()]);
        assert_eq!(data, json!({ "a": { "b": 1 } }));
    }
}
