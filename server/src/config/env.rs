//! `APP_CONFIG_backend_baseUrl=…`: configuration from environment variables.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::error::ConfigProblem;
use super::node::{Node, NodeValue, Origin};

const PREFIX: &str = "APP_CONFIG_";

static KEY_PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[a-z][a-z0-9]*(?:[-_:][a-z0-9]+)*$").expect("the pattern is fixed and valid")
});

/// True for one part of a key, such as `baseUrl` in `backend.baseUrl`.
pub(crate) fn is_key_part(part: &str) -> bool {
    KEY_PART.is_match(part)
}

/// Builds the layer that the variables describe; `None` if there are none. Underscores nest, the
/// value is JSON, or text where it is not.
///
/// # Errors
/// A name that is no key, the value null, and two variables that contradict each other.
pub fn read_env(vars: &BTreeMap<String, String>) -> Result<Option<Node>, ConfigProblem> {
    let mut root = BTreeMap::new();
    for (name, text) in vars {
        let Some(key) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if text.is_empty() {
            continue;
        }
        let origin = Origin::named(name);
        set(&mut root, key, text, &origin)
            .map_err(|message| ConfigProblem::at(&origin, &key.replace('_', "."), message))?;
    }
    Ok((!root.is_empty()).then(|| Node {
        value: NodeValue::Map(root),
        origin: Origin::named("env"),
    }))
}

fn set(
    root: &mut BTreeMap<String, Node>,
    key: &str,
    text: &str,
    origin: &Origin,
) -> Result<(), String> {
    let parts: Vec<&str> = key.split('_').collect();
    if !parts.iter().all(|part| is_key_part(part)) {
        return Err(format!("Invalid env config key '{key}'"));
    }
    let value = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    if value.is_null() {
        return Err(format!(
            "Failed to parse JSON-serialized config value for key '{key}', value may not be null"
        ));
    }
    let (last, above) = parts.split_last().expect("split yields one part at least");
    let mut map = root;
    for (index, part) in above.iter().enumerate() {
        let entry = map.entry((*part).to_owned()).or_insert_with(|| Node {
            value: NodeValue::Map(BTreeMap::new()),
            origin: origin.clone(),
        });
        let NodeValue::Map(entries) = &mut entry.value else {
            let existing = above[..=index].join("_");
            return Err(format!(
                "Could not nest config for key '{key}' under existing value '{existing}'"
            ));
        };
        map = entries;
    }
    if map.contains_key(*last) {
        return Err(format!(
            "Refusing to override existing config at key '{key}'"
        ));
    }
    map.insert((*last).to_owned(), Node::from_json(value, origin));
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(vars: &[(&str, &str)]) -> Result<Value, String> {
        let vars = vars
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        match read_env(&vars) {
            Ok(layer) => Ok(layer.map_or(Value::Null, |node| node.to_json())),
            Err(problem) => Err(problem.to_string()),
        }
    }

    #[test]
    fn underscores_nest_and_values_are_json_or_text() {
        assert_eq!(
            read(&[
                ("APP_CONFIG_app_title", "Our portal"),
                ("APP_CONFIG_backend_listen_port", "8080"),
                ("APP_CONFIG_catalog_rules", r#"[{"allow": ["User"]}]"#),
                ("APP_CONFIG_empty", ""),
                ("APP_CONFIG", "ignored"),
            ]),
            Ok(json!({
                "app": {"title": "Our portal"},
                "backend": {"listen": {"port": 8080}},
                "catalog": {"rules": [{"allow": ["User"]}]},
            }))
        );
        assert_eq!(read(&[("HOME", "/root")]), Ok(Value::Null));
    }

    #[test]
    fn errors_name_the_variable() {
        let clash = read(&[("APP_CONFIG_a", "1"), ("APP_CONFIG_a_b", "2")]).unwrap_err();
        assert!(clash.starts_with("APP_CONFIG_a_b: "), "{clash}");
        assert!(clash.contains("'a_b' under existing value 'a'"), "{clash}");
        let null = read(&[("APP_CONFIG_a", "null")]).unwrap_err();
        assert!(null.contains("may not be null"), "{null}");
        let key = read(&[("APP_CONFIG_a__b", "1")]).unwrap_err();
        assert!(key.contains("'a__b'"), "{key}");
    }

    #[test]
    fn objects_can_be_extended_by_a_longer_name() {
        assert_eq!(
            read(&[("APP_CONFIG_a", r#"{"b": 1}"#), ("APP_CONFIG_a_c", "2")]),
            Ok(json!({"a": {"b": 1, "c": 2}}))
        );
    }
}
