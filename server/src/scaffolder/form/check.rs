//! Whether values are what a schema asks for, judged as draft 7, and what is wrong in words.

use super::mistakes::wrong_of;
use super::pickers;
use crate::pointer::escaped;
use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::Value;

/// Steps back that a pattern may take on one text: some milliseconds.
const MAX_BACKTRACKS: usize = 50_000;
/// Bytes that a pattern may become.
const MAX_PATTERN: usize = 1024 * 1024;
/// Mistakes that are told of one page.
const MAX_MISTAKES: usize = 100;

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The pointer of the value that is wrong or missing.
    pub(super) path: String,
    pub(super) message: String,
}

/// What is wrong with values.
///
/// # Errors
/// Why the schema itself cannot be used.
pub(super) fn check(schema: &Value, values: &Value) -> Result<Vec<Wrong>, String> {
    let validator = compile(schema)?;
    let mut wrong: Vec<Wrong> = Vec::new();
    for error in validator.iter_errors(values).take(MAX_MISTAKES) {
        let found = wrong_of(schema, values, &error);
        // One thing at a time: a value of the wrong type breaks other rules too.
        if !wrong.iter().any(|known| known.path == found.path) {
            wrong.push(found);
        }
    }
    look_closer(schema, values, "", &mut wrong);
    Ok(wrong)
}

/// Whether a condition within the schema `root` holds for a value. One that cannot be understood does
/// not.
pub(super) fn holds(root: &Value, condition: &Value, value: &Value) -> bool {
    if let Value::Bool(verdict) = condition {
        return *verdict;
    }
    let mut whole = condition.clone();
    if let Value::Object(whole) = &mut whole
        && condition.to_string().contains("\"$ref\"")
    {
        for name in ["definitions", "$defs"] {
            if let Some(definitions) = root.get(name)
                && !whole.contains_key(name)
            {
                whole.insert(name.to_owned(), definitions.clone());
            }
        }
    }
    compile(&whole).is_ok_and(|validator| validator.is_valid(value))
}

fn compile(schema: &Value) -> Result<Validator, String> {
    let patterns = PatternOptions::fancy_regex()
        .backtrack_limit(MAX_BACKTRACKS)
        .size_limit(MAX_PATTERN);
    jsonschema::options()
        .with_draft(Draft::Draft7)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(true)
        .with_pattern_options(patterns)
        .with_format("color", is_colour)
        .build(schema)
        .map_err(|error| error.to_string())
}

fn is_colour(text: &str) -> bool {
    csscolorparser::parse(text).is_ok()
}

/// What fields of their own ask of their values beside the schema.
fn look_closer(schema: &Value, value: &Value, path: &str, wrong: &mut Vec<Wrong>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    let named = properties
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| {
            Some((
                format!("{path}/{}", escaped(name)),
                schema,
                value.get(name)?,
            ))
        });
    let items = schema.get("items").and_then(Value::as_array);
    let values = value.as_array().into_iter().flatten();
    let numbered = items.into_iter().flatten().zip(values).enumerate();
    let numbered = numbered.map(|(at, (schema, value))| (format!("{path}/{at}"), schema, value));
    for (path, schema, value) in named.chain(numbered) {
        if let Some(schema) = schema.as_object()
            && let Some(message) = pickers::mistake(schema, value)
            && !wrong.iter().any(|known| known.path == path)
        {
            wrong.push(Wrong {
                path: path.clone(),
                message,
            });
        }
        look_closer(schema, value, &path, wrong);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(schema: Value, values: Value) -> Vec<String> {
        let wrong = check(&schema, &values).unwrap();
        let told = wrong
            .into_iter()
            .map(|it| format!("{}: {}", it.path, it.message));
        told.collect()
    }

    #[test]
    fn each_field_is_told_one_thing_in_words() {
        let schema = json!({
            "required": ["name", "owner"],
            "properties": {
                "name": { "type": "string", "minLength": 3, "pattern": "^[a-z]+$" },
                "port": { "type": "integer", "maximum": 65535 },
                "mail": { "type": "string", "format": "email" },
                "tier": { "enum": ["1", "2"] },
                "agreed": { "type": "boolean", "const": true },
                "hosts": { "type": "array", "minItems": 2, "items": [{ "type": "string" }] },
            },
        });
        let values = json!({
            "name": "X", "port": 70000, "mail": "me", "tier": "4", "agreed": false, "hosts": [null],
        });
        let mut told = told(schema, values);
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "/agreed: This has to be ticked.",
                "/hosts/0: This is needed.",
                "/hosts: At least 2 are needed.",
                "/mail: This is not an e-mail address.",
                "/name: At least 3 characters are needed.",
                "/owner: This is needed.",
                "/port: This can be 65535 at most.",
                "/tier: Choose one of those that are offered.",
            ]
        );
    }

    #[test]
    fn a_template_can_say_what_is_wrong_in_its_own_words() {
        let schema = json!({
            "required": ["name", "owner"],
            "properties": {
                "name": {
                    "type": "string", "maxLength": 2,
                    "pattern": "^a", "errorMessage": { "pattern": "`${/name}` must begin with a" },
                },
                "owner": { "type": "string" },
                "size": { "type": "integer", "errorMessage": "As a number, please" },
                "zone": { "type": "string", "maxLength": 1 },
            },
            "errorMessage": {
                "required": { "owner": "Somebody has to answer the phone" },
                "properties": { "zone": "One letter" },
            },
        });
        let values = json!({ "name": "b", "size": "x", "zone": "ab" });
        let mut told = told(schema, values);
        told.sort_unstable();
        assert_eq!(
            told,
            [
                "/name: `b` must begin with a",
                "/owner: Somebody has to answer the phone",
                "/size: As a number, please",
                "/zone: One letter",
            ]
        );
    }

    #[test]
    fn a_schema_that_cannot_be_used_says_why() {
        for schema in [
            json!({ "properties": { "a": { "pattern": "(" } } }),
            json!({ "properties": { "a": { "type": "strnig" } } }),
            json!({ "properties": { "a": { "$ref": "https://example.com/schema.json" } } }),
            json!({ "properties": { "a": { "$ref": "file:///etc/passwd" } } }),
        ] {
            let why = check(&schema, &json!({ "a": "x" })).unwrap_err();
            assert!(!why.is_empty(), "{schema}");
        }
    }

    #[test]
    fn a_pattern_that_never_ends_does() {
        let schema = json!({ "properties": { "a": { "pattern": "^(?=(a+)+$)(\\w+)+\\1$" } } });
        let started = std::time::Instant::now();
        let wrong = check(&schema, &json!({ "a": "a".repeat(4000) + "!" })).unwrap();
        assert_eq!(wrong.len(), 1);
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
        let huge = json!({ "properties": { "a": { "pattern": "(?:a{1000}){1000}" } } });
        assert!(check(&huge, &json!({ "a": "x" })).is_err());
    }

    #[test]
    fn conditions_know_the_definitions_of_the_page() {
        let root = json!({ "definitions": { "yes": { "const": "yes" } } });
        let condition =
            json!({ "properties": { "a": { "$ref": "#/definitions/yes" } }, "required": ["a"] });
        assert!(holds(&root, &condition, &json!({ "a": "yes" })));
        assert!(!holds(&root, &condition, &json!({ "a": "no" })));
        assert!(!holds(&root, &condition, &json!({})));
        assert!(holds(&root, &json!(true), &json!(1)) && !holds(&root, &json!(false), &json!(1)));
    }
}
