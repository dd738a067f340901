//! What is wrong with a value, in words for whoever fills in the form.

use super::check::Wrong;
use crate::pointer::escaped;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use serde_json::{Map, Value};

/// Of a value within a message, in characters.
const SHOWN: usize = 80;

/// A mistake at the field where it can be mended.
pub(super) fn wrong_of(schema: &Value, values: &Value, error: &ValidationError<'_>) -> Wrong {
    let mut path = error.instance_path().as_str().to_owned();
    let missing = match error.kind() {
        Kind::Required { property } => property.as_str(),
        _ => None,
    };
    let own = own_words(schema, values, &path, error.kind().keyword(), missing);
    if let Some(name) = missing {
        path = format!("{path}/{}", escaped(name));
    }
    Wrong {
        message: own.unwrap_or_else(|| words(error)),
        path,
    }
}

fn words(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Required { .. } | Kind::MinLength { limit: 1 } => "This is needed.".to_owned(),
        Kind::Type { .. } if error.instance().is_null() => "This is needed.".to_owned(),
        Kind::Type { kind } => type_words(kind),
        Kind::MinLength { limit } => format!("At least {limit} characters are needed."),
        Kind::MaxLength { limit } => format!(
            "This can have {limit} characters at most; it has {}.",
            error
                .instance()
                .as_str()
                .map_or(0, |text| text.chars().count())
        ),
        Kind::Pattern { pattern } => format!("This does not fit the pattern {}", cut(pattern)),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "The pattern of the template cannot be held against this; make it shorter.".to_owned()
        }
        Kind::Format { format } => format_words(format),
        Kind::Minimum { limit } => format!("This must be at least {limit}."),
        Kind::Maximum { limit } => format!("This can be {limit} at most."),
        Kind::ExclusiveMinimum { limit } => format!("This must be more than {limit}."),
        Kind::ExclusiveMaximum { limit } => format!("This must be less than {limit}."),
        Kind::MultipleOf { multiple_of } => format!("This must be a multiple of {multiple_of}."),
        Kind::Enum { .. } => "Choose one of those that are offered.".to_owned(),
        Kind::Constant { expected_value } => match expected_value.as_ref() {
            Value::Bool(true) => "This has to be ticked.".to_owned(),
            Value::Bool(false) => "This must not be ticked.".to_owned(),
            Value::String(text) => format!("This must be {}.", cut(text)),
            value => format!("This must be {}.", cut(&value.to_string())),
        },
        Kind::MinItems { limit } => match limit {
            1 => "At least one is needed.".to_owned(),
            limit => format!("At least {limit} are needed."),
        },
        Kind::MaxItems { limit } => format!("There can be {limit} at most."),
        Kind::UniqueItems => "Each can be there only once.".to_owned(),
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            format!(
                "The template does not ask for {}.",
                cut(&unexpected.join(", "))
            )
        }
        _ => format!("{}.", cut(error.to_string().trim_end_matches('.'))),
    }
}

fn type_words(kind: &TypeKind) -> String {
    let TypeKind::Single(kind) = kind else {
        return "This is not of the right type.".to_owned();
    };
    match kind.to_string().as_str() {
        "integer" => "This must be a whole number.".to_owned(),
        "number" => "This must be a number.".to_owned(),
        "boolean" => "This must be yes or no.".to_owned(),
        "array" => "This must be a list.".to_owned(),
        "object" => "Fill in the fields below.".to_owned(),
        _ => "This must be a text.".to_owned(),
    }
}

fn format_words(format: &str) -> String {
    let what = match format {
        "email" | "idn-email" => "an e-mail address",
        "uri" | "url" | "uri-reference" | "iri" => "a web address, for example https://example.com",
        "date" => "a date, for example 2026-11-27",
        "time" => "a time, for example 20:15:00Z",
        "date-time" => "a point in time, for example 2026-11-27T20:15:00Z",
        "hostname" | "idn-hostname" => "the name of a host",
        "ipv4" | "ipv6" => "an IP address",
        "color" => "a colour",
        "uuid" => "a UUID",
        "regex" => "a regular expression",
        other => return format!("This is not of the form that is called {}.", cut(other)),
    };
    format!("This is not {what}.")
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// What the template says of it: of the field, or further up of the object that holds it.
fn own_words(
    schema: &Value,
    values: &Value,
    path: &str,
    keyword: &str,
    missing: Option<&str>,
) -> Option<String> {
    let mut above = None;
    let mut here = schema;
    for name in path.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let next = match here.get("properties").and_then(|it| it.get(&name)) {
            Some(next) => next,
            None => here.get("items")?.get(name.parse::<usize>().ok()?)?,
        };
        above = Some((here, name));
        here = next;
    }
    let own = here.get("errorMessage");
    let said = own.and_then(|own| match own {
        Value::String(_) => Some(own),
        Value::Object(own) => of_keyword(own, keyword, missing),
        _ => None,
    });
    let said = said.or_else(|| {
        let (above, name) = above?;
        above.get("errorMessage")?.get("properties")?.get(&name)
    });
    let said = said?.as_str()?;
    Some(with_values(said, values))
}

fn of_keyword<'a>(
    own: &'a Map<String, Value>,
    keyword: &str,
    missing: Option<&str>,
) -> Option<&'a Value> {
    let said = own.get(keyword).and_then(|said| match (said, missing) {
        (Value::Object(by_name), Some(name)) => by_name.get(name),
        (said, _) => Some(said),
    });
    said.or_else(|| own.get("_"))
}

/// A message whose `${/pointers}` are the values that they lead to.
fn with_values(message: &str, values: &Value) -> String {
    let mut text = String::new();
    let mut rest = message;
    while let Some((before, behind)) = rest.split_once("${") {
        text.push_str(before);
        let Some((pointer, behind)) = behind.split_once('}') else {
            text.push_str("${");
            rest = behind;
            continue;
        };
        match values.pointer(pointer) {
            Some(Value::String(value)) => text.push_str(&cut(value)),
            Some(value) => text.push_str(&cut(&value.to_string())),
            None => {}
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}
