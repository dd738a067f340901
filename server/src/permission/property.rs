//! The value at a path as conditions write it: `org.name`, `list.0` or `list[0]`.

use serde_json::Value;

/// What is there; a field whose own name is the whole path comes first.
pub(crate) fn property<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    if let Some(found) = value.as_object().and_then(|fields| fields.get(path)) {
        return Some(found);
    }
    let parts = path.split(['.', '[']);
    let mut parts = parts.map(|part| part.strip_suffix(']').unwrap_or(part));
    parts.try_fold(value, |value, part| match value {
        Value::Object(fields) => fields.get(part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_lead_through_fields_and_lists() {
        let value = json!({ "a": { "b": ["x", { "c": 1 }] }, "a.b": 2, "n": null });
        assert_eq!(property(&value, "a.b"), Some(&json!(2)));
        assert_eq!(property(&value, "a.b.1.c"), Some(&json!(1)));
        assert_eq!(property(&value, "a.b[0]"), Some(&json!("x")));
        assert_eq!(property(&value, "n"), Some(&Value::Null));
        for missing in ["a.b.2", "a.b.-1", "a.c", "", "a.b.0.x"] {
            assert_eq!(property(&value, missing), None, "{missing}");
        }
    }
}
