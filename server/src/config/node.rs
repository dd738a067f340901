//! A configuration value that remembers the file and line it came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Number, Value};

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file as shown to the operator, or the name of an environment variable.
    pub file: Arc<str>,
    /// Counted from 1; absent where lines mean nothing.
    pub line: Option<u32>,
}

impl Origin {
    /// An origin without a line, such as an environment variable.
    pub fn named(name: &str) -> Self {
        Self {
            file: name.into(),
            line: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub value: NodeValue,
    pub origin: Origin,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
}

impl Node {
    /// Turns JSON into nodes that all share one origin.
    pub fn from_json(json: Value, origin: &Origin) -> Self {
        let value = match json {
            Value::Null => NodeValue::Null,
            Value::Bool(value) => NodeValue::Bool(value),
            Value::Number(value) => NodeValue::Number(value),
            Value::String(value) => NodeValue::String(value),
            Value::Array(items) => NodeValue::List(
                items
                    .into_iter()
                    .map(|item| Self::from_json(item, origin))
                    .collect(),
            ),
            Value::Object(entries) => NodeValue::Map(
                entries
                    .into_iter()
                    .map(|(key, entry)| (key, Self::from_json(entry, origin)))
                    .collect(),
            ),
        };
        Self {
            value,
            origin: origin.clone(),
        }
    }

    /// The plain value. A key set to null is left out: null means "not set".
    pub fn to_json(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(value) => Value::Bool(*value),
            NodeValue::Number(value) => Value::Number(value.clone()),
            NodeValue::String(value) => Value::String(value.clone()),
            NodeValue::List(items) => items.iter().map(Self::to_json).collect(),
            NodeValue::Map(entries) => Value::Object(
                entries
                    .iter()
                    .filter(|(_, entry)| entry.value != NodeValue::Null)
                    .map(|(key, entry)| (key.clone(), entry.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// Lays `over` on top of this value: maps merge deeply, everything else is replaced.
    #[must_use]
    pub fn merge(self, over: Self) -> Self {
        match (self.value, over.value) {
            (NodeValue::Map(mut below), NodeValue::Map(above)) => {
                for (key, entry) in above {
                    let merged = match below.remove(&key) {
                        Some(hidden) => hidden.merge(entry),
                        None => entry,
                    };
                    below.insert(key, merged);
                }
                Self {
                    value: NodeValue::Map(below),
                    origin: self.origin,
                }
            }
            (_, value) => Self {
                value,
                origin: over.origin,
            },
        }
    }

    pub(crate) fn as_map(&self) -> Option<&BTreeMap<String, Self>> {
        match &self.value {
            NodeValue::Map(entries) => Some(entries),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// What the value is called in an error message.
    pub(crate) fn type_name(&self) -> &'static str {
        match &self.value {
            NodeValue::Null => "null",
            NodeValue::Bool(_) => "boolean",
            NodeValue::Number(_) => "number",
            NodeValue::String(text) if text.is_empty() => "empty-string",
            NodeValue::String(_) => "string",
            NodeValue::List(_) => "array",
            NodeValue::Map(_) => "object",
        }
    }

    /// Finds the value at a path such as `integrations.github[0].token`, or the nearest value above it.
    pub(crate) fn nearest(&self, path: &str) -> &Self {
        let mut node = self;
        for part in path.split(['.', '[']).filter(|part| !part.is_empty()) {
            let next = match &node.value {
                NodeValue::Map(entries) => entries.get(part),
                NodeValue::List(items) => part
                    .trim_end_matches(']')
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(json: Value) -> Node {
        Node::from_json(json, &Origin::named("test"))
    }

    #[test]
    fn maps_merge_and_everything_else_is_replaced() {
        let below = node(json!({"a": {"x": 1, "y": 2}, "list": [1, 2], "gone": "here"}));
        let above = node(json!({"a": {"y": 3}, "list": [], "gone": null}));
        assert_eq!(
            below.merge(above).to_json(),
            json!({"a": {"x": 1, "y": 3}, "list": []})
        );
    }

    #[test]
    fn nearest_stops_where_the_path_ends() {
        let tree = node(json!({"a": [{"b": 1}]}));
        assert_eq!(tree.nearest("a[0].b").to_json(), json!(1));
        assert_eq!(tree.nearest("a[0].missing").to_json(), json!({"b": 1}));
    }
}
