//! The part of an entity that a client asks for.

use app::error::ApiError;
use serde_json::{Map, Value};

/// The dotted paths of `fields` parameters, each of which may list several.
///
/// # Errors
/// [`ApiError::Invalid`] for a path into an array.
pub fn parse_fields(parameters: &[String]) -> Result<Option<Vec<String>>, ApiError> {
    let mut paths = Vec::new();
    for path in parameters
        .iter()
        .flat_map(|parameter| parameter.split(','))
        .map(str::trim)
    {
        if path.contains('[') {
            let message = format!("Invalid field '{path}', array type fields are not supported");
            return Err(ApiError::invalid("fields", message));
        }
        if !path.is_empty() {
            paths.push(path.to_owned());
        }
    }
    Ok(Some(paths).filter(|paths| !paths.is_empty()))
}

/// The entity with nothing but what stands at `paths`. A dot may belong to a key
/// (`metadata.annotations.example.com/id`), so each step takes the longest key that fits.
pub fn project(entity: &Value, paths: &[String]) -> Value {
    let mut result = Map::new();
    for path in paths {
        if let Some((keys, value)) = resolve(entity, path) {
            insert(&mut result, &keys, value.clone());
        }
    }
    Value::Object(result)
}

fn resolve<'a>(value: &'a Value, path: &'a str) -> Option<(Vec<&'a str>, &'a Value)> {
    let fields = value.as_object()?;
    if let Some(found) = fields.get(path) {
        return Some((vec![path], found));
    }
    let dots = path.match_indices('.').map(|(at, _)| at);
    for dot in dots {
        let (key, rest) = (&path[..dot], &path[dot + 1..]);
        if let Some((mut keys, found)) = fields.get(key).and_then(|inner| resolve(inner, rest)) {
            keys.insert(0, key);
            return Some((keys, found));
        }
    }
    None
}

fn insert(into: &mut Map<String, Value>, keys: &[&str], value: Value) {
    let Some((key, rest)) = keys.split_first() else {
        return;
    };
    if rest.is_empty() {
        into.insert((*key).to_owned(), value);
        return;
    }
    let inner = into
        .entry(*key)
        .or_insert_with(|| Value::Object(Map::new()));
    if let Some(inner) = inner.as_object_mut() {
        insert(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(paths: &[&str], expected: &Value) {
        let entity = json!({
            "kind": "k",
            "metadata": { "name": "n", "annotations": { "example.com/a": "1", "example.test/b": "2" } },
            "spec": { "type": "t" },
        });
        let paths: Vec<String> = paths.iter().map(|&path| path.to_owned()).collect();
        assert_eq!(&project(&entity, &paths), expected, "{paths:?}");
    }

    #[test]
    fn keys_may_hold_dots() {
        check(
            &["kind", "metadata.annotations.example.com/a"],
            &json!({ "kind": "k", "metadata": { "annotations": { "example.com/a": "1" } } }),
        );
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        check(&["spec.type.other", "nothing"], &json!({}));
        check(&["spec"], &json!({ "spec": { "type": "t" } }));
    }

    #[test]
    fn arrays_are_refused() {
        let error = parse_fields(&["metadata.tags[0]".to_owned()]).expect_err("an array");
        assert!(error.to_string().contains("metadata.tags[0]"));
    }
}
