//! A small language for the shape of entities, and the check of a value against it.

use super::{Fault, Rule};
use crate::ingest::parse::type_name;
use serde_json::{Map, Value};

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Any text, the empty one too.
    Text,
    /// Text with at least one character.
    Filled,
    /// Text made of word characters only.
    Word,
    OneOf(&'static [&'static str]),
    TextOrFlag,
    /// An object with text as values.
    Texts,
    Object(&'static Object),
    List(&'static Shape),
    /// One object or a list of them.
    OneOrMore(&'static Object),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Object {
    pub(super) required: &'static [&'static str],
    pub(super) fields: &'static [(&'static str, Shape)],
    pub(super) others: Others,
}

/// What becomes of fields that are not named.
#[derive(Debug, Clone, Copy)]
pub(super) enum Others {
    Allowed,
    Refused,
    Text,
}

/// An object with nothing required and nothing refused.
pub(super) const ANYTHING: Object = Object {
    required: &[],
    fields: &[],
    others: Others::Allowed,
};

pub(super) fn check(shape: Shape, value: &Value, path: &str, faults: &mut Vec<Fault>) {
    match (shape, value) {
        (Shape::Filled | Shape::Word, Value::String(text)) if text.is_empty() => {
            faults.push(Fault::new(path, Rule::Empty, "must not be empty"));
        }
        (Shape::Text | Shape::Filled | Shape::TextOrFlag, Value::String(_))
        | (Shape::TextOrFlag, Value::Bool(_)) => {}
        (Shape::Word, Value::String(text)) => {
            if !text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                let message = format!("must be letters, digits and _ only, but is \"{text}\"");
                faults.push(Fault::new(path, Rule::Format, message));
            }
        }
        (Shape::OneOf(allowed), Value::String(text)) => {
            if !allowed.contains(&text.as_str()) {
                let message = format!("must be one of {}, but is \"{text}\"", allowed.join(", "));
                faults.push(Fault::new(path, Rule::Choice, message));
            }
        }
        (Shape::Texts, Value::Object(map)) => {
            for (key, value) in map {
                check(Shape::Text, value, &join(path, key), faults);
            }
        }
        (Shape::Object(object) | Shape::OneOrMore(object), Value::Object(map)) => {
            check_object(object, map, path, faults);
        }
        (Shape::List(item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                check(*item, value, &join(path, &index.to_string()), faults);
            }
        }
        (Shape::OneOrMore(object), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                let path = join(path, &index.to_string());
                check(Shape::Object(object), value, &path, faults);
            }
        }
        (expected, found) => {
            let message = format!("must be {}, but is {}", name(expected), shown(found));
            faults.push(Fault::new(path, Rule::Type, message));
        }
    }
}

fn check_object(object: &Object, map: &Map<String, Value>, path: &str, faults: &mut Vec<Fault>) {
    for field in object.required {
        if !map.contains_key(*field) {
            faults.push(Fault::new(
                &join(path, field),
                Rule::Missing,
                "is required, but missing",
            ));
        }
    }
    for (key, value) in map {
        let known = object.fields.iter().find(|(name, _)| name == key);
        match (known, object.others) {
            (Some((_, shape)), _) => check(*shape, value, &join(path, key), faults),
            (None, Others::Text) => check(Shape::Text, value, &join(path, key), faults),
            (None, Others::Refused) => {
                let names: Vec<&str> = object.fields.iter().map(|(name, _)| *name).collect();
                let message = format!("is no field here; allowed are {}", names.join(", "));
                faults.push(Fault::new(&join(path, key), Rule::Foreign, message));
            }
            (None, Others::Allowed) => {}
        }
    }
}

/// The JSON pointer of an entry.
pub(super) fn join(path: &str, key: &str) -> String {
    format!("{path}/{}", key.replace('~', "~0").replace('/', "~1"))
}

fn name(shape: Shape) -> &'static str {
    match shape {
        Shape::Text | Shape::Filled | Shape::Word | Shape::OneOf(_) => "a string",
        Shape::TextOrFlag => "a string or a boolean",
        Shape::Texts | Shape::Object(_) => "an object",
        Shape::List(_) => "an array",
        Shape::OneOrMore(_) => "an object or an array of objects",
    }
}

/// A value as it can stand in a message: its type, and itself when it is short.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => format!("the {} {value}", type_name(value)),
        Value::String(text) => format!("\"{}\"", clip(text)),
        Value::Array(_) | Value::Object(_) => format!("an {}", type_name(value)),
    }
}

/// The beginning of a text that may be a whole API definition.
fn clip(text: &str) -> String {
    const SHOWN: usize = 120;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
