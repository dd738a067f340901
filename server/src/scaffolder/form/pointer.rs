//! Values by JSON pointers, made where they are missing.

use serde_json::{Map, Value};

/// The value at a pointer.
pub(super) fn get<'a>(values: &'a Value, pointer: &str) -> Option<&'a Value> {
    values.pointer(pointer)
}

/// Puts a value at a pointer. Objects on the way are made; into a list it goes only where there is an
/// item already.
pub(super) fn put(values: &mut Value, pointer: &str, value: Value) {
    let mut here = values;
    for name in names(pointer) {
        if here.is_null() {
            *here = Value::Object(Map::new());
        }
        let next = match here {
            Value::Object(map) => map.entry(name).or_insert(Value::Null),
            Value::Array(items) => {
                match name.parse().ok().and_then(|at: usize| items.get_mut(at)) {
                    Some(item) => item,
                    None => return,
                }
            }
            _ => return,
        };
        here = next;
    }
    *here = value;
}

/// Takes the value at a pointer away.
pub(super) fn take(values: &mut Value, pointer: &str) -> Option<Value> {
    let (above, _) = pointer.rsplit_once('/')?;
    let name = names(pointer).last()?;
    match values.pointer_mut(above)? {
        Value::Object(map) => map.shift_remove(&name),
        // The other items keep their places.
        Value::Array(items) => {
            let item = items.get_mut(name.parse::<usize>().ok()?)?;
            Some(std::mem::take(item))
        }
        _ => None,
    }
}

fn names(pointer: &str) -> impl Iterator<Item = String> {
    let names = pointer.split('/').skip(1);
    names.map(|name| name.replace("~1", "/").replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_missing_on_the_way_is_made() {
        let mut values = json!({ "list": [{ "a": 1 }] });
        put(&mut values, "/new/deep~1er", json!(1));
        put(&mut values, "/list/0/b", json!(2));
        put(&mut values, "/list/7", json!(3));
        put(&mut values, "/list/0/a/b", json!(4));
        assert_eq!(
            values,
            json!({ "list": [{ "a": 1, "b": 2 }], "new": { "deep/er": 1 } })
        );
    }

    #[test]
    fn what_is_taken_leaves_others_in_their_places() {
        let mut values = json!({ "a": 1, "b": 2, "c": 3, "list": ["x", "y"] });
        assert_eq!(take(&mut values, "/a"), Some(json!(1)));
        assert_eq!(take(&mut values, "/nothing/here"), None);
        take(&mut values, "/list/0");
        assert_eq!(values.to_string(), r#"{"b":2,"c":3,"list":[null,"y"]}"#);
    }
}
