//! The `filter` parameters of a request.

use super::predicate::Predicate;
use app::error::ApiError;

/// The conditions of one filter on one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    pub key: String,
    /// One of these; when there are none, the key need only exist.
    pub values: Vec<String>,
}

impl Predicate {
    /// Reads the `filter` parameters of a request: each is a list of conditions that must all hold,
    /// and one of them is enough. `key=value` compares, a bare `key` asks whether it exists, and the
    /// same key twice lists alternatives. There is no escape for a comma or an equals sign.
    ///
    /// Returns `None` when nothing is asked.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when a condition names no key.
    pub fn from_filters(filters: &[String]) -> Result<Option<Self>, ApiError> {
        let mut any = Vec::new();
        for filter in filters {
            let conditions = parse_filter(filter)?.into_iter();
            let mut all: Vec<Self> = conditions.map(Self::from).collect();
            any.extend(match all.len() {
                0 | 1 => all.pop(),
                _ => Some(Self::All(all)),
            });
        }
        Ok(match any.len() {
            0 | 1 => any.pop(),
            _ => Some(Self::Any(any)),
        })
    }
}

impl From<Condition> for Predicate {
    fn from(Condition { key, values }: Condition) -> Self {
        if values.is_empty() {
            Self::Exists(key)
        } else {
            Self::In(key, values)
        }
    }
}

/// The conditions of one filter, by key, in the order in which keys are first named.
///
/// # Errors
/// [`ApiError::Invalid`] when one names no key.
pub fn parse_filter(filter: &str) -> Result<Vec<Condition>, ApiError> {
    let mut conditions: Vec<Condition> = Vec::new();
    let statements = filter.split(',').map(str::trim);
    for statement in statements.filter(|text| !text.is_empty()) {
        let (key, value) = match statement.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (statement, None),
        };
        if key.is_empty() {
            let message = format!(
                "Invalid filter, '{statement}' is not a valid statement (expected a string on the form a=b or a= or a)"
            );
            return Err(ApiError::invalid("filter", message));
        }
        let at = conditions.iter().position(|known| known.key == key);
        let at = at.unwrap_or_else(|| {
            conditions.push(Condition {
                key: key.to_owned(),
                values: Vec::new(),
            });
            conditions.len() - 1
        });
        conditions[at].values.extend(value.map(str::to_owned));
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(filters: &[&str], expected: Option<Value>) {
        let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
        let actual = Predicate::from_filters(&filters).unwrap();
        assert_eq!(actual.map(|it| it.to_query()), expected, "{filters:?}");
    }

    #[test]
    fn one_filter_is_and_several_are_or() {
        check(
            &["a=1,b=2", "c=3"],
            Some(json!({ "$any": [{ "$all": [{ "a": "1" }, { "b": "2" }] }, { "c": "3" }] })),
        );
        check(&["a=1"], Some(json!({ "a": "1" })));
    }

    #[test]
    fn the_same_key_twice_lists_alternatives() {
        check(
            &[" a = 1 ,b=2, a =3,c,d="],
            Some(json!({ "$all": [
                { "a": { "$in": ["1", "3"] } },
                { "b": "2" },
                { "c": { "$exists": true } },
                { "d": "" },
            ] })),
        );
        check(&["", " , "], None);
    }

    #[test]
    fn names_that_mean_something_elsewhere_are_keys_like_any_other() {
        let keys =
            json!({ "$all": [{ "__proto__": "x" }, { "constructor": { "$exists": true } }] });
        check(&["__proto__=x,constructor"], Some(keys));
        check(&["a=b=c"], Some(json!({ "a": "b=c" })));
        check(&["a\0=\0"], Some(json!({ "a\0": "\0" })));
    }

    #[test]
    fn a_condition_without_a_key_is_refused() {
        let error = Predicate::from_filters(&["a=1,=x".to_owned()]).expect_err("no key");
        let text = error.to_string();
        assert!(text.contains("'=x' is not a valid statement"), "{text}");
    }
}
