//! What a schema says of how it is asked: its `ui:` options.

use serde_json::{Map, Value};

/// The options of a schema, whether they stand as `ui:name` or below `ui:options`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ui<'a>(&'a Map<String, Value>);

impl<'a> Ui<'a> {
    pub(super) fn of(schema: &'a Map<String, Value>) -> Self {
        Self(schema)
    }

    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        let own = self.0.get(format!("ui:{name}").as_str());
        own.or_else(|| self.0.get("ui:options")?.get(name))
    }

    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.get(name)?.as_str()
    }

    pub(super) fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A list of texts; a single one is a list too.
    pub(super) fn words(self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::String(word)) => vec![word.clone()],
            Some(Value::Array(words)) => {
                let words = words.iter().filter_map(Value::as_str);
                words.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    }

    /// An option of `ui:backstage`, for example `/review/show`.
    pub(super) fn portal(self, pointer: &str) -> Option<&'a Value> {
        self.get("backstage")?.pointer(pointer)
    }
}

/// The names of properties in the order of `ui:order`, in which `*` stands for those that it does
/// not name; without it they come last.
pub(super) fn ordered<'a>(names: Vec<&'a str>, order: &[String]) -> Vec<&'a str> {
    let mut left = names;
    let mut take = |wanted: &str| {
        let at = left.iter().position(|name| *name == wanted)?;
        Some(left.remove(at))
    };
    let star = order.iter().position(|name| name == "*");
    let (before, after) = order.split_at(star.unwrap_or(order.len()));
    let before: Vec<&str> = before.iter().filter_map(|name| take(name)).collect();
    let after: Vec<&str> = after.iter().filter_map(|name| take(name)).collect();
    [before, left, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_option_may_stand_in_two_places() {
        let schema = json!({
            "ui:widget": "radio",
            "ui:options": { "widget": "select", "rows": 3, "inline": true },
            "ui:backstage": { "review": { "mask": "?" } },
        });
        let ui = Ui::of(schema.as_object().unwrap());
        assert_eq!(ui.text("widget"), Some("radio"));
        assert_eq!(ui.get("rows"), Some(&json!(3)));
        assert!(ui.flag("inline") && !ui.flag("readonly"));
        assert_eq!(ui.portal("/review/mask"), Some(&json!("?")));
    }

    #[test]
    fn an_order_need_not_name_everything() {
        let check = |order: &[&str], expected: &[&str]| {
            let order: Vec<String> = order.iter().map(|&name| name.to_owned()).collect();
            assert_eq!(ordered(vec!["a", "b", "c"], &order), expected);
        };
        check(&[], &["a", "b", "c"]);
        check(&["c"], &["c", "a", "b"]);
        check(&["b", "*", "a"], &["b", "c", "a"]);
        check(&["nothing", "c", "*", "c"], &["c", "a", "b"]);
    }
}
