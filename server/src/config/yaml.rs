//! Configuration text into values with lines; JSON is read the same way, being YAML.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_yaml::{NonFiniteFloatPolicy, Spanned};

use super::error::ConfigProblem;
use super::node::{Node, NodeValue, Origin};

/// Reads one YAML document.
///
/// # Errors
/// The first syntax error, a duplicate key, or a second document, each with its line.
pub fn parse(text: &str, file: &str) -> Result<Node, ConfigProblem> {
    // YAML 1.2 as Node's `yaml` package reads it: `yes` and `1_000` are text.
    let options = serde_yaml::options! {
        strict_booleans: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
    };
    let file: Arc<str> = file.into();
    match serde_yaml::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(root) => Ok(locate(root, None, &file)),
        Err(error) => {
            let line = error.location().map(|at| saturate(at.line()));
            let reason = error.without_snippet().to_string();
            Err(ConfigProblem::at(
                &Origin { file, line },
                "",
                format!("this is not valid YAML: {reason}"),
            ))
        }
    }
}

/// The line of an entry is the line of its key: a nested map starts one line further down.
fn locate(raw: Spanned<Raw>, key_line: Option<u32>, file: &Arc<str>) -> Node {
    let line = key_line.unwrap_or_else(|| saturate(raw.referenced.line()));
    let value = match raw.value {
        Raw::Leaf(value) => value,
        Raw::List(items) => NodeValue::List(
            items
                .into_iter()
                .map(|item| locate(item, None, file))
                .collect(),
        ),
        Raw::Map(entries) => NodeValue::Map(
            entries
                .into_iter()
                .map(|(key, entry)| {
                    let line = saturate(key.referenced.line());
                    (key.value, locate(entry, Some(line), file))
                })
                .collect(),
        ),
    };
    Node {
        value,
        origin: Origin {
            file: Arc::clone(file),
            line: Some(line),
        },
    }
}

fn saturate(line: u64) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

enum Raw {
    Leaf(NodeValue),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a configuration value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Leaf(NodeValue::Null))
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Leaf(NodeValue::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Leaf(NodeValue::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Leaf(NodeValue::Number(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Leaf(NodeValue::Number(value.into())))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Raw, E> {
        number(value)
            .map(|number| Raw::Leaf(NodeValue::Number(number)))
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Leaf(NodeValue::String(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Raw::Map(entries))
    }
}

/// A float as JSON writes it: whole numbers without a fraction. None for what is not finite.
pub(crate) fn number(value: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and below 2^53, so the conversion is exact"
        )]
        return Some((value as i64).into());
    }
    Number::from_f64(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn value(text: &str) -> serde_json::Value {
        parse(text, "test.yaml").unwrap().to_json()
    }

    #[test]
    fn scalars_follow_yaml_1_2() {
        assert_eq!(
            value("[yes, on, true, 0755, 1_000, 1e3, 0.5, 2020-01-01, ~, .nan, '7', 0x1F]"),
            json!([
                "yes",
                "on",
                true,
                755,
                "1_000",
                1000,
                0.5,
                "2020-01-01",
                null,
                ".nan",
                "7",
                31
            ])
        );
    }

    #[test]
    fn empty_files_are_null() {
        assert_eq!(value(""), json!(null));
        assert_eq!(value("# nothing here\n"), json!(null));
    }

    #[test]
    fn anchors_and_merge_keys_expand() {
        assert_eq!(
            value("a: &base {x: 1, y: 2}\nb:\n  <<: *base\n  y: 3\nc: *base\n"),
            json!({"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2}})
        );
    }

    #[test]
    fn a_value_has_the_line_of_its_key() {
        let root = parse("a:\n  b:\n    - 1\n    - c: 2\n", "test.yaml").unwrap();
        let line = |path| root.nearest(path).origin.line;
        assert_eq!(line("a"), Some(1));
        assert_eq!(line("a.b"), Some(2));
        assert_eq!(line("a.b[0]"), Some(3));
        assert_eq!(line("a.b[1].c"), Some(4));
    }

    #[test]
    fn errors_name_the_line() {
        for (text, line, part) in [
            ("a: 1\nb: [}\n", 2, "bracket"),
            ("a: 1\na: 2\n", 2, "duplicate"),
            ("a: 1\n---\nb: 2\n", 3, "multiple"),
        ] {
            let problem = parse(text, "test.yaml").unwrap_err();
            assert_eq!(problem.line, Some(line), "{problem}");
            assert!(problem.message.contains(part), "{problem}");
        }
    }
}
