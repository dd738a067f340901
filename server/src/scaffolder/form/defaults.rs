//! What a template answers in advance.

use super::fields::kind;
use super::settle::ITEM;
use crate::pointer::escaped;
use serde_json::{Map, Value};

/// Items that a list has from the beginning; a schema may ask for billions.
const MAX_ITEMS: u64 = 50;

/// Fills in what is missing and has a default, where `is_new` says that the field was not shown before:
/// what a reader has emptied stays empty. Returns whether anything was.
pub(super) fn fill(
    schema: &Map<String, Value>,
    value: &mut Value,
    path: &str,
    is_new: &dyn Fn(&str) -> bool,
) -> bool {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return false;
    };
    let own = schema.get("default").and_then(Value::as_object);
    let mut filled = false;
    for (name, property) in properties {
        let Some(property) = property.as_object() else {
            continue;
        };
        let path = format!("{path}/{}", escaped(name));
        let known = value.get(name).filter(|value| !value.is_null());
        let mut now = known.cloned().unwrap_or_default();
        let mut is_filled = false;
        if now.is_null() && is_new(&path) {
            let default = own.and_then(|own| own.get(name)).cloned();
            if let Some(default) = default.or_else(|| default_of(property)) {
                now = default;
                is_filled = true;
            }
        }
        is_filled |= match kind(property) {
            "object" => fill(property, &mut now, &path, is_new),
            "array" => fill_items(property, &mut now, &path, is_new),
            _ => false,
        };
        if is_filled {
            filled = true;
            if value.is_null() {
                *value = Value::Object(Map::new());
            }
            if let Value::Object(map) = value {
                map.insert(name.clone(), now);
            }
        }
    }
    filled
}

fn fill_items(
    schema: &Map<String, Value>,
    value: &mut Value,
    path: &str,
    is_new: &dyn Fn(&str) -> bool,
) -> bool {
    let mut filled = false;
    let item = schema.get(ITEM).and_then(Value::as_object);
    if let Some(item) = item.filter(|_| is_new(path)) {
        let wanted = schema.get("minItems").and_then(Value::as_u64);
        let wanted = wanted.unwrap_or(0).min(MAX_ITEMS);
        // Words of a list are chosen, not given.
        let is_chosen = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let length = value.as_array().map_or(0, Vec::len) as u64;
        if length < wanted && !is_chosen {
            if value.is_null() {
                *value = Value::Array(Vec::new());
            }
            if let Value::Array(items) = value {
                let more = (length..wanted).map(|_| default_of(item).unwrap_or_default());
                items.extend(more);
                filled = true;
            }
        }
    }
    let schemas = schema.get("items").and_then(Value::as_array);
    let Value::Array(items) = value else {
        return filled;
    };
    for (at, (item, schema)) in items
        .iter_mut()
        .zip(schemas.into_iter().flatten())
        .enumerate()
    {
        let Some(schema) = schema.as_object() else {
            continue;
        };
        let path = format!("{path}/{at}");
        if item.is_null()
            && is_new(&path)
            && let Some(default) = default_of(schema)
        {
            *item = default;
            filled = true;
        }
        filled |= fill(schema, item, &path, is_new);
    }
    filled
}

/// What is answered when nothing is. A box that must be ticked is not ticked for the reader.
fn default_of(schema: &Map<String, Value>) -> Option<Value> {
    let default = schema.get("default").filter(|default| !default.is_null());
    let constant = schema.get("const").filter(|value| !value.is_boolean());
    default.or(constant).cloned()
}
