//! From a schema to the schema that holds now: what depends on the values so far is decided.
//!
//! References are followed, `allOf`, `if` and `dependencies` become plain properties, and of the sets
//! in `oneOf` and `anyOf` the chosen one is taken. What comes out aligns with the values: under
//! `properties` each property, under `items` one schema for each item. It is what the form shows and
//! what the page is checked by, so that no mistake is told of what cannot be seen.

use super::check::holds;
use crate::pointer::escaped;
use serde_json::{Map, Value, json};
use std::cell::Cell;
use std::collections::HashMap;

/// Where a settled schema keeps what its items are like.
pub(super) const ITEM: &str = "callboard:item";
/// Where a settled schema keeps the names of its variants, and which is chosen.
pub(super) const VARIANTS: &str = "callboard:variants";

/// Schemas within schemas are followed that deep; one that holds itself has no end.
const MAX_DEPTH: usize = 12;
/// Schemas of one page that are looked at. A hundred fields with their conditions need a thousand.
const MAX_WORK: usize = 20_000;

/// The variants that the reader has chosen, by the pointer of the value.
pub(super) type Chosen = HashMap<String, usize>;

/// Settles the schema of a page.
pub(super) struct Settling<'a> {
    root: &'a Value,
    chosen: &'a Chosen,
    left: Cell<usize>,
    /// Something was too deep or too much.
    cut: Cell<bool>,
}

impl<'a> Settling<'a> {
    pub(super) fn new(root: &'a Value, chosen: &'a Chosen) -> Self {
        Self {
            root,
            chosen,
            left: Cell::new(MAX_WORK),
            cut: Cell::new(false),
        }
    }

    /// The page as it is with these values.
    pub(super) fn page(&self, values: &Value) -> Value {
        Value::Object(self.settle(self.root, Some(values), "", 0))
    }

    /// Whether something of the page was left out, for it has no end or is too large.
    pub(super) fn is_cut(&self) -> bool {
        self.cut.get()
    }

    fn settle(
        &self,
        schema: &Value,
        value: Option<&Value>,
        path: &str,
        depth: usize,
    ) -> Map<String, Value> {
        let mut map = self.resolve(schema, value, depth);
        self.choose(&mut map, value, path, depth);
        if let Some(Value::Object(properties)) = map.get_mut("properties") {
            let within = value.and_then(Value::as_object);
            properties.retain(|_, schema| !is_flagged(schema));
            for (name, schema) in properties.iter_mut() {
                let path = format!("{path}/{}", escaped(name));
                let value = within.and_then(|values| values.get(name));
                *schema = if self.may_go_on(depth) {
                    Value::Object(self.settle(schema, value, &path, depth + 1))
                } else {
                    json!({ "ui:widget": "hidden" })
                };
            }
            if let Some(Value::Array(required)) = map.get("required") {
                // What is not asked cannot be needed.
                let asked: Vec<Value> = required
                    .iter()
                    .filter(|name| !is_withheld(schema, &map, name))
                    .cloned()
                    .collect();
                map.insert("required".to_owned(), asked.into());
            }
        }
        self.settle_items(&mut map, value, path, depth);
        map
    }

    fn settle_items(
        &self,
        map: &mut Map<String, Value>,
        value: Option<&Value>,
        path: &str,
        depth: usize,
    ) {
        let Some(items) = map.get("items").cloned() else {
            return;
        };
        let values = value.and_then(Value::as_array);
        let count = values.map_or(0, Vec::len);
        let (fixed, more) = match items {
            Value::Array(fixed) => (fixed, map.get("additionalItems").cloned()),
            one => (Vec::new(), Some(one)),
        };
        let mut settled = Vec::new();
        for at in 0..count.max(fixed.len()) {
            let Some(schema) = fixed.get(at).or(more.as_ref()) else {
                break;
            };
            if !self.may_go_on(depth) {
                break;
            }
            let value = values.and_then(|values| values.get(at));
            let path = format!("{path}/{at}");
            settled.push(Value::Object(self.settle(schema, value, &path, depth + 1)));
        }
        // An empty list of schemas is none.
        if settled.is_empty() {
            map.shift_remove("items");
        } else {
            map.insert("items".to_owned(), settled.into());
        }
        if let Some(more) = more {
            let plain = Value::Object(self.resolve(&more, None, depth + 1));
            map.insert(ITEM.to_owned(), plain);
        }
    }

    /// Takes the chosen variant, or the one that fits the value, or the first.
    fn choose(
        &self,
        map: &mut Map<String, Value>,
        value: Option<&Value>,
        path: &str,
        depth: usize,
    ) {
        let Some(keyword) = ["oneOf", "anyOf"]
            .into_iter()
            .find(|keyword| map.get(*keyword).is_some_and(Value::is_array))
        else {
            return;
        };
        let Some(Value::Array(variants)) = map.get(keyword).cloned() else {
            return;
        };
        if variants.iter().all(is_constant) && !variants.is_empty() {
            // Words to choose from, each with a title: no questions of their own.
            return;
        }
        map.shift_remove(keyword);
        let fits = |schema: &Value| value.is_some_and(|value| self.holds(schema, value));
        let chosen = self.chosen.get(path).copied();
        let chosen = chosen.filter(|&chosen| chosen < variants.len());
        let chosen = chosen
            .or_else(|| variants.iter().position(fits))
            .unwrap_or(0);
        let Some(variant) = variants.get(chosen) else {
            return;
        };
        let names = variants.iter().enumerate().map(|(at, variant)| {
            let title = self.resolve(variant, None, depth + 1).remove("title");
            match title {
                Some(Value::String(title)) => title,
                _ => format!("Option {}", at + 1),
            }
        });
        let names: Vec<String> = names.collect();
        let mut taken = self.resolve(variant, value, depth + 1);
        taken.remove("title");
        merge(map, taken);
        map.insert(
            VARIANTS.to_owned(),
            json!({ "names": names, "chosen": chosen }),
        );
    }

    /// The schema of one level: what it refers to and what holds now, merged. Variants stay.
    fn resolve(&self, schema: &Value, value: Option<&Value>, depth: usize) -> Map<String, Value> {
        let Some(schema) = schema.as_object() else {
            return Map::new();
        };
        if !self.may_go_on(depth) {
            return Map::new();
        }
        let mut map = Map::new();
        if let Some(target) = schema.get("$ref").and_then(Value::as_str)
            && let Some(target) = self.target(target)
        {
            map = self.resolve(target, value, depth + 1);
        }
        for (key, part) in schema {
            if !DECIDED.contains(&key.as_str()) {
                map.insert(key.clone(), part.clone());
            }
        }
        for part in schema
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            merge(&mut map, self.resolve(part, value, depth + 1));
        }
        if let Some(condition) = schema.get("if") {
            let nothing = Value::Object(Map::new());
            let branch = if self.holds(condition, value.unwrap_or(&nothing)) {
                "then"
            } else {
                "else"
            };
            if let Some(branch) = schema.get(branch) {
                merge(&mut map, self.resolve(branch, value, depth + 1));
            }
        }
        if let Some(Value::Object(dependencies)) = schema.get("dependencies") {
            self.depend(&mut map, dependencies, value, depth);
        }
        map
    }

    /// Adds what the values that are there ask for. One may bring the property that another waits for.
    fn depend(
        &self,
        map: &mut Map<String, Value>,
        dependencies: &Map<String, Value>,
        value: Option<&Value>,
        depth: usize,
    ) {
        let Some(Value::Object(values)) = value else {
            return;
        };
        let mut open: Vec<(&String, &Value)> = dependencies.iter().collect();
        loop {
            let is_due = |map: &Map<String, Value>, name: &str| {
                let properties = map.get("properties").and_then(Value::as_object);
                properties.is_none_or(|known| known.contains_key(name))
                    && values.get(name).is_some_and(|value| !value.is_null())
            };
            let Some(at) = open.iter().position(|(name, _)| is_due(map, name)) else {
                return;
            };
            let (name, dependency) = open.remove(at);
            match dependency {
                Value::Array(_) => {
                    let needed = json!({ "required": dependency });
                    merge(map, needed.as_object().cloned().unwrap_or_default());
                }
                Value::Object(schema) => {
                    let mut plain = schema.clone();
                    let variants = plain.shift_remove("oneOf");
                    merge(map, self.resolve(&plain.into(), value, depth + 1));
                    if let Some(Value::Array(variants)) = variants
                        && let Some(fitting) = self.fitting(&variants, name, values)
                    {
                        merge(map, self.resolve(&fitting, value, depth + 1));
                    }
                }
                _ => {}
            }
        }
    }

    /// The one set of questions whose condition on the property holds, without that condition. When
    /// several hold, none is taken.
    fn fitting(
        &self,
        variants: &[Value],
        name: &str,
        values: &Map<String, Value>,
    ) -> Option<Value> {
        let value = values.get(name)?;
        let resolved = variants.iter().map(|variant| {
            let target = variant.get("$ref").and_then(Value::as_str);
            target
                .and_then(|target| self.target(target))
                .unwrap_or(variant)
        });
        let mut fitting = resolved.filter(|variant| {
            let condition = variant.get("properties").and_then(|it| it.get(name));
            condition.is_some_and(|condition| self.holds(condition, value))
        });
        let (first, None) = (fitting.next()?, fitting.next()) else {
            return None;
        };
        let mut first = first.clone();
        if let Some(Value::Object(properties)) = first.get_mut("properties") {
            properties.shift_remove(name);
        }
        Some(first)
    }

    fn holds(&self, schema: &Value, value: &Value) -> bool {
        self.may_go_on(0) && holds(self.root, schema, value)
    }

    /// What a reference within the page leads to.
    fn target(&self, reference: &str) -> Option<&'a Value> {
        let pointer = reference.strip_prefix('#')?;
        self.root.pointer(pointer)
    }

    fn may_go_on(&self, depth: usize) -> bool {
        let left = self.left.get();
        if left == 0 || depth > MAX_DEPTH {
            self.cut.set(true);
            return false;
        }
        self.left.set(left - 1);
        true
    }
}

/// Keywords that a settled schema no longer has.
const DECIDED: [&str; 6] = ["$ref", "allOf", "if", "then", "else", "dependencies"];

/// Adds a schema to another: objects are joined, what is required by one is required, and of all else
/// the later counts.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(into)), Value::Object(from)) => merge(into, from),
            (Some(Value::Array(into)), Value::Array(from)) if key == "required" => {
                for name in from {
                    if !into.contains(&name) {
                        into.push(name);
                    }
                }
            }
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// Whether a schema is one word to choose.
fn is_constant(schema: &Value) -> bool {
    schema.get("const").is_some() && schema.get("properties").is_none()
}

/// Whether a page or property waits for a feature flag. Nobody can raise one here.
pub(super) fn is_flagged(schema: &Value) -> bool {
    let flag = schema.get("backstage:featureFlag");
    let flag = flag.or_else(|| schema.pointer("/ui:backstage/featureFlag"));
    flag.is_some_and(Value::is_string)
}

/// Whether a property that is required is not asked, for it waits for a feature flag.
fn is_withheld(schema: &Value, settled: &Map<String, Value>, name: &Value) -> bool {
    let Some(name) = name.as_str() else {
        return true;
    };
    let of = |schema: Option<&Value>| schema.and_then(|it| it.get(name)).cloned();
    of(schema.get("properties")).is_some_and(|it| is_flagged(&it))
        && of(settled.get("properties")).is_none()
}
