//! Every text in a value, with where it stands.

use crate::pointer::escaped;
use serde_json::Value;

/// Shows the texts in a value to someone, by their pointers.
pub(super) fn each<'v>(value: &'v Value, pointer: &str, see: &mut impl FnMut(&str, &'v str)) {
    match value {
        Value::String(text) => see(pointer, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each(item, &format!("{pointer}/{index}"), see);
            }
        }
        Value::Object(entries) => {
            for (key, entry) in entries {
                each(entry, &format!("{pointer}/{}", escaped(key)), see);
            }
        }
        _ => {}
    }
}

/// Whether a text is rendered to something else.
pub(super) fn is_rendered(text: &str) -> bool {
    text.contains("${{") || text.contains("{%")
}

/// Whether any text in a value is.
pub(super) fn holds_rendered(value: &Value) -> bool {
    let mut holds = false;
    each(value, "", &mut |_, text| holds |= is_rendered(text));
    holds
}
