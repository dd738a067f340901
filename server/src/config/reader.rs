//! Typed access to layers of configuration, with the rules and the wording that operators know.

use std::fmt;

use serde_json::Value;

use super::env::is_key_part;
use super::node::{Node, NodeValue, Origin};
use super::transform::join;

/// A value that is missing or of the wrong type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadError {
    /// The full key.
    pub key: String,
    pub message: String,
    /// Where the offending value stands, if there is one.
    pub origin: Option<Origin>,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ReadError {}

/// One source of values.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    pub data: &'a Node,
    /// The name that messages give it, such as `app-config.yaml`.
    pub context: &'a str,
}

/// Reads a value from the highest layer that has it. Null in a layer means "not set" and hides the
/// layers below.
#[derive(Debug, Clone)]
pub struct ConfigReader<'a> {
    /// Highest first.
    layers: Vec<Layer<'a>>,
    context: String,
    prefix: String,
}

impl<'a> ConfigReader<'a> {
    /// `layers` from the lowest to the highest.
    pub fn new(layers: &[Layer<'a>]) -> Self {
        let context = layers.last().map_or("empty-config", |layer| layer.context);
        Self {
            layers: layers.iter().rev().copied().collect(),
            context: context.to_owned(),
            prefix: String::new(),
        }
    }

    /// The key as seen from the root.
    pub fn full_key(&self, key: &str) -> String {
        join(&self.prefix, key)
    }

    /// Turns an optional value into a required one.
    ///
    /// # Errors
    /// When there is no value.
    pub fn required<T>(&self, key: &str, value: Option<T>) -> Result<T, ReadError> {
        value.ok_or_else(|| {
            let key = self.full_key(key);
            ReadError {
                message: format!(
                    "Missing required config value at '{key}' in '{}'",
                    self.context
                ),
                origin: self.layers.first().map(|layer| layer.data.origin.clone()),
                key,
            }
        })
    }

    /// Whether a value other than null is set.
    pub fn has(&self, key: &str) -> Result<bool, ReadError> {
        Ok(self.find(key)?.is_some())
    }

    /// All keys that have a value, sorted.
    pub fn keys(&self) -> Vec<String> {
        match self.optional("") {
            Ok(Some(Value::Object(entries))) => entries.into_iter().map(|(key, _)| key).collect(),
            _ => Vec::new(),
        }
    }

    /// The merged value of all layers; the empty key means everything.
    pub fn optional(&self, key: &str) -> Result<Option<Value>, ReadError> {
        let mut merged: Option<Node> = None;
        for layer in self.layers.iter().rev() {
            if let Some(node) = self.read(*layer, key)? {
                merged = Some(match merged {
                    Some(below) => below.merge(node.clone()),
                    None => node.clone(),
                });
            }
        }
        Ok(merged
            .map(|node| node.to_json())
            .filter(|value| !value.is_null()))
    }

    /// The text at `key`; empty text is an error.
    pub fn optional_string(&self, key: &str) -> Result<Option<String>, ReadError> {
        let found = self.checked(key, |node| match &node.value {
            NodeValue::String(text) if !text.is_empty() => Ok(()),
            _ => Err(Mismatch::whole(node, "string")),
        })?;
        Ok(found.and_then(Node::as_str).map(str::to_owned))
    }

    /// The number at `key`; text that reads as a number is one.
    pub fn optional_number(&self, key: &str) -> Result<Option<f64>, ReadError> {
        let found = self.checked(key, |node| match &node.value {
            NodeValue::Number(_) | NodeValue::String(_) => Ok(()),
            _ => Err(Mismatch::whole(node, "number")),
        })?;
        let Some(node) = found else { return Ok(None) };
        let number = match &node.value {
            NodeValue::Number(number) => number.as_f64(),
            NodeValue::String(text) => parse_number(text),
            _ => None,
        };
        number
            .map(Some)
            .ok_or_else(|| self.cannot_convert(key, node, "number"))
    }

    /// The truth value at `key`: true, yes, y, on, 1 and their opposites, in any case.
    pub fn optional_boolean(&self, key: &str) -> Result<Option<bool>, ReadError> {
        let found = self.checked(key, |node| match &node.value {
            NodeValue::Bool(_) | NodeValue::Number(_) | NodeValue::String(_) => Ok(()),
            _ => Err(Mismatch::whole(node, "boolean")),
        })?;
        let Some(node) = found else { return Ok(None) };
        let text = match &node.value {
            NodeValue::Bool(value) => return Ok(Some(*value)),
            NodeValue::Number(number) => number.to_string(),
            NodeValue::String(text) => text.trim().to_lowercase(),
            _ => String::new(),
        };
        match text.as_str() {
            "y" | "yes" | "true" | "1" | "on" => Ok(Some(true)),
            "n" | "no" | "false" | "0" | "off" => Ok(Some(false)),
            _ => Err(self.cannot_convert(key, node, "boolean")),
        }
    }

    /// The list of texts at `key`; none of them may be empty.
    pub fn optional_string_array(&self, key: &str) -> Result<Option<Vec<String>>, ReadError> {
        let items = self.items(
            key,
            "string-array",
            |item| matches!(&item.value, NodeValue::String(text) if !text.is_empty()),
        )?;
        Ok(items.map(|(items, _)| {
            items
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect()
        }))
    }

    /// The part of the configuration below `key`; every layer that has it must have a map there.
    pub fn optional_config(&self, key: &str) -> Result<Option<Self>, ReadError> {
        self.config_from(key, |_| true)
    }

    /// As [`Self::optional_config`], but a map hides what lower layers have instead of one, as it
    /// does when values are merged.
    pub(crate) fn topmost_config(&self, key: &str) -> Result<Option<Self>, ReadError> {
        self.config_from(key, |found| found == 0)
    }

    /// `refuses` decides, by the number of maps found above it, whether another value is an error.
    fn config_from(
        &self,
        key: &str,
        refuses: impl Fn(usize) -> bool,
    ) -> Result<Option<Self>, ReadError> {
        let mut found = Vec::new();
        for layer in &self.layers {
            match self.read(*layer, key)? {
                Some(data) if data.as_map().is_some() => found.push(Layer { data, ..*layer }),
                None => {}
                Some(node) if node.value != NodeValue::Null && refuses(found.len()) => {
                    return Err(self.wrong_type(key, layer.context, node, "object"));
                }
                Some(_) => break,
            }
        }
        let context = found.first().map(|top| top.context.to_owned());
        Ok(context.map(|context| Self {
            layers: found,
            context,
            prefix: self.full_key(key),
        }))
    }

    /// One reader for each map in the list at `key`.
    pub fn optional_config_array(&self, key: &str) -> Result<Option<Vec<Self>>, ReadError> {
        let items = self.items(key, "object-array", |item| item.as_map().is_some())?;
        Ok(items.map(|(items, context)| {
            items
                .iter()
                .enumerate()
                .map(|(index, data)| Self {
                    layers: vec![Layer { data, context }],
                    context: context.to_owned(),
                    prefix: self.full_key(&format!("{key}[{index}]")),
                })
                .collect()
        }))
    }

    /// The value at `key` as it is written, of any type but null.
    pub(crate) fn find(&self, key: &str) -> Result<Option<&'a Node>, ReadError> {
        self.checked(key, |_| Ok(()))
    }

    fn items(
        &self,
        key: &str,
        expected: &'static str,
        fits: impl Fn(&Node) -> bool,
    ) -> Result<Option<(&'a [Node], &'a str)>, ReadError> {
        let found = self.checked_in(key, |node| match &node.value {
            NodeValue::List(items) => match items.iter().position(|item| !fits(item)) {
                Some(index) => Err(Mismatch {
                    suffix: format!("[{index}]"),
                    got: items[index].type_name(),
                    origin: items[index].origin.clone(),
                    expected,
                }),
                None => Ok(()),
            },
            _ => Err(Mismatch::whole(node, expected)),
        })?;
        Ok(found.and_then(|(node, context)| match &node.value {
            NodeValue::List(items) => Some((items.as_slice(), context)),
            _ => None,
        }))
    }

    fn checked(
        &self,
        key: &str,
        check: impl Fn(&Node) -> Result<(), Mismatch>,
    ) -> Result<Option<&'a Node>, ReadError> {
        Ok(self.checked_in(key, check)?.map(|(node, _)| node))
    }

    /// The first layer's value that is set, with that layer's name.
    fn checked_in(
        &self,
        key: &str,
        check: impl Fn(&Node) -> Result<(), Mismatch>,
    ) -> Result<Option<(&'a Node, &'a str)>, ReadError> {
        for layer in &self.layers {
            let Some(node) = self.read(*layer, key)? else {
                continue;
            };
            if node.value == NodeValue::Null {
                return Ok(None);
            }
            return match check(node) {
                Ok(()) => Ok(Some((node, layer.context))),
                Err(mismatch) => Err(self.mismatch(key, layer.context, mismatch)),
            };
        }
        // A key that cannot exist is refused even where nothing is configured.
        check_key(key)?;
        Ok(None)
    }

    fn read(&self, layer: Layer<'a>, key: &str) -> Result<Option<&'a Node>, ReadError> {
        check_key(key)?;
        let mut node = layer.data;
        let mut end = 0;
        for part in key.split('.').filter(|part| !part.is_empty()) {
            match &node.value {
                NodeValue::Map(entries) => match entries.get(part) {
                    Some(next) => node = next,
                    None => return Ok(None),
                },
                NodeValue::Null => return Ok(Some(node)),
                _ => {
                    let bad = key[..end].trim_end_matches('.');
                    return Err(self.wrong_type(bad, layer.context, node, "object"));
                }
            }
            end += part.len() + 1;
        }
        Ok(Some(node))
    }

    fn wrong_type(
        &self,
        key: &str,
        context: &str,
        node: &Node,
        expected: &'static str,
    ) -> ReadError {
        self.mismatch(key, context, Mismatch::whole(node, expected))
    }

    fn mismatch(&self, key: &str, context: &str, mismatch: Mismatch) -> ReadError {
        let key = self.full_key(&format!("{key}{}", mismatch.suffix));
        ReadError {
            message: format!(
                "Invalid type in config for key '{key}' in '{context}', got {}, wanted {}",
                mismatch.got, mismatch.expected
            ),
            key,
            origin: Some(mismatch.origin),
        }
    }

    fn cannot_convert(&self, key: &str, node: &Node, expected: &str) -> ReadError {
        let key = self.full_key(key);
        ReadError {
            message: format!(
                "Unable to convert config value for key '{key}' in '{}' to a {expected}",
                self.context
            ),
            key,
            origin: Some(node.origin.clone()),
        }
    }
}

struct Mismatch {
    suffix: String,
    got: &'static str,
    origin: Origin,
    expected: &'static str,
}

impl Mismatch {
    fn whole(node: &Node, expected: &'static str) -> Self {
        Self {
            suffix: String::new(),
            got: node.type_name(),
            origin: node.origin.clone(),
            expected,
        }
    }
}

fn check_key(key: &str) -> Result<(), ReadError> {
    if key.is_empty() || key.split('.').all(is_key_part) {
        return Ok(());
    }
    Err(ReadError {
        key: key.to_owned(),
        message: format!("Invalid config key '{key}'"),
        origin: None,
    })
}

/// A number as JavaScript reads one from text: blank is zero, infinity is none.
fn parse_number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.is_empty() {
        return Some(0.0);
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests;
