//! JSON schemas of actions and templates: whether a value fits, and an example of what would.

use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::{Map, Value, json};
use std::fmt;

/// How deep an example goes into a schema.
const DEPTH: usize = 16;
/// Mistakes that are told of one value.
const MOST: usize = 20;

/// Something that is wrong with a value, as clients of the API read it.
#[derive(Debug, Clone, PartialEq)]
pub struct Mistake {
    /// The names and numbers that lead to it.
    pub path: Vec<Value>,
    /// The same as text, from `instance`.
    pub property: String,
    /// What is wrong, without where.
    pub message: String,
    /// The keyword of the schema that says so.
    pub keyword: String,
    pub instance: Value,
}

impl Mistake {
    /// As clients of the API read it; `schema` is what the value was held against.
    pub fn listed(&self, schema: &Value) -> Value {
        json!({
            "path": self.path,
            "property": self.property,
            "message": self.message,
            "schema": schema,
            "instance": self.instance,
            "name": self.keyword,
            "argument": self.keyword,
            "stack": self.to_string(),
        })
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.property, self.message)
    }
}

/// Whether a value fits a schema, as draft 7 has it.
///
/// # Errors
/// What is wrong, in the words of the validator that existing installations have where it is one of the
/// mistakes that people make; a schema that is none is such an error too.
pub fn validate(schema: &Value, value: &Value) -> Result<(), Vec<Mistake>> {
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .build(schema)
        .map_err(|error| {
            vec![Mistake {
                path: Vec::new(),
                property: "schema".to_owned(),
                message: format!("is wrong itself: {error}"),
                keyword: "schema".to_owned(),
                instance: Value::Null,
            }]
        })?;
    let mistakes = validator.iter_errors(value).take(MOST);
    let mistakes: Vec<Mistake> = mistakes.map(|error| mistake(&error)).collect();
    if mistakes.is_empty() {
        Ok(())
    } else {
        Err(mistakes)
    }
}

fn mistake(error: &ValidationError<'_>) -> Mistake {
    let pointer = error.instance_path().as_str();
    let names = pointer.split('/').skip(1);
    let names: Vec<String> = names
        .map(|it| it.replace("~1", "/").replace("~0", "~"))
        .collect();
    let mut property = "instance".to_owned();
    for name in &names {
        if name.bytes().all(|it| it.is_ascii_digit()) {
            property.push_str(&format!("[{name}]"));
        } else {
            property.push_str(&format!(".{name}"));
        }
    }
    let quoted = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        names.join(", ")
    };
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => format!("requires property {property}"),
        ValidationErrorKind::AdditionalProperties { unexpected } => format!(
            "is not allowed to have the additional property {}",
            quoted(unexpected)
        ),
        ValidationErrorKind::Type {
            kind: TypeKind::Single(kind),
        } => format!("is not of a type(s) {kind}"),
        ValidationErrorKind::Type {
            kind: TypeKind::Multiple(kinds),
        } => {
            let kinds: Vec<String> = kinds.iter().map(|kind| kind.to_string()).collect();
            format!("is not of a type(s) {}", kinds.join(","))
        }
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().into_iter().flatten();
            let options: Vec<String> = options
                .map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned))
                .collect();
            format!("is not one of enum values: {}", options.join(","))
        }
        ValidationErrorKind::Pattern { pattern } => format!("does not match pattern \"{pattern}\""),
        ValidationErrorKind::MinLength { limit } => {
            format!("does not meet minimum length of {limit}")
        }
        ValidationErrorKind::MaxLength { limit } => {
            format!("does not meet maximum length of {limit}")
        }
        ValidationErrorKind::Minimum { limit } => {
            format!("must be greater than or equal to {limit}")
        }
        ValidationErrorKind::Maximum { limit } => format!("must be less than or equal to {limit}"),
        ValidationErrorKind::AnyOf { .. } => "is not any of [subschemas]".to_owned(),
        ValidationErrorKind::OneOfNotValid { .. }
        | ValidationErrorKind::OneOfMultipleValid { .. } => {
            "is not exactly one from [subschemas]".to_owned()
        }
        _ => format!("is wrong: {error}"),
    };
    let number = |name: &String| {
        name.parse::<u64>()
            .map_or_else(|_| name.as_str().into(), Value::from)
    };
    Mistake {
        path: names.iter().map(number).collect(),
        property,
        message,
        keyword: error.kind().keyword().to_owned(),
        instance: error.instance().clone().into_owned(),
    }
}

/// What an action would hand on, by the schema of its output, for steps that are only tried.
pub fn example_of(schema: &Value) -> Value {
    example(schema, 0)
}

fn example(schema: &Value, depth: usize) -> Value {
    if depth > DEPTH {
        return Value::Null;
    }
    if let Some(examples) = schema["examples"].as_array() {
        return examples.first().cloned().unwrap_or_default();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let properties = properties.map(|(name, of)| (name.clone(), example(of, depth + 1)));
            Value::Object(properties.collect::<Map<_, _>>())
        }
        Some("array") => {
            let item = match &schema["items"] {
                Value::Array(items) => items.first(),
                Value::Null => None,
                item => Some(item),
            };
            item.map(|item| example(item, depth + 1))
                .into_iter()
                .collect()
        }
        Some("string") => "<example>".into(),
        Some("number" | "integer") => 0.into(),
        Some("boolean") => false.into(),
        _ => "<unknown>".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_example_has_everything_that_the_schema_names() {
        let schema = json!({
            "type": "object",
            "properties": {
                "url": { "type": "string" },
                "count": { "type": "number", "examples": [7] },
                "names": { "type": "array", "items": { "type": "string" } },
                "any": {},
            },
        });
        let example = json!({
            "url": "<example>", "count": 7, "names": ["<example>"], "any": "<unknown>",
        });
        assert_eq!(example_of(&schema), example);
    }

    #[test]
    fn mistakes_say_where_they_are() {
        let schema = json!({
            "type": "object",
            "required": ["url"],
            "properties": { "url": {}, "list": { "type": "array", "items": { "type": "number" } } },
            "additionalProperties": false,
        });
        let errors = validate(&schema, &json!({ "list": ["x"], "more": 1 })).expect_err("wrong");
        let all = errors.iter().map(ToString::to_string);
        let all = all.collect::<Vec<_>>().join("\n");
        assert!(all.contains("instance requires property \"url\""), "{all}");
        assert!(all.contains("instance.list[0]"), "{all}");
        assert!(all.contains("additional property \"more\""), "{all}");
        assert!(validate(&schema, &json!({ "url": "" })).is_ok());
    }
}
