//! What a filter asks of an entity, and the entities that answer.

use super::model::Model;
use app::error::ApiError;
use roaring::RoaringBitmap;

/// A condition on the searchable rows of an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Exists(String),
    /// The key has one of the values.
    In(String, Vec<String>),
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
            if let Some(all) = parse_filter(filter)? {
                any.push(all);
            }
        }
        Ok(match any.len() {
            0 => None,
            1 => any.pop(),
            _ => Some(Self::Any(any)),
        })
    }

    /// The numbers of the entities that it holds for.
    pub fn select(&self, model: &Model) -> RoaringBitmap {
        match self {
            Self::All(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else {
                    return model.everything();
                };
                let mut ids = first.select(model);
                for part in parts {
                    ids &= part.select(model);
                }
                ids
            }
            Self::Any(parts) => {
                let mut ids = RoaringBitmap::new();
                for part in parts {
                    ids |= part.select(model);
                }
                ids
            }
            Self::Exists(key) => {
                let field = model.index.field(key);
                field.map(|field| field.exists.clone()).unwrap_or_default()
            }
            Self::In(key, values) => {
                let mut ids = RoaringBitmap::new();
                for value in values {
                    ids |= model.index.matching(key, value);
                }
                ids
            }
        }
    }
}

fn parse_filter(filter: &str) -> Result<Option<Predicate>, ApiError> {
    let mut conditions: Vec<(String, Vec<String>)> = Vec::new();
    for statement in filter
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        let (key, value) = match statement.split_once('=') {
            Some((key, value)) => (key.trim(), Some(value.trim())),
            None => (statement, None),
        };
        if key.is_empty() {
            return Err(ApiError::Invalid {
                field: "filter".to_owned(),
                message: format!(
                    "Invalid filter, '{statement}' is not a valid statement (expected a string on the form a=b or a= or a)"
                ),
            });
        }
        let at = conditions.iter().position(|(known, _)| known == key);
        let at = at.unwrap_or_else(|| {
            conditions.push((key.to_owned(), Vec::new()));
            conditions.len() - 1
        });
        conditions[at].1.extend(value.map(str::to_owned));
    }
    let mut parts: Vec<Predicate> = conditions
        .into_iter()
        .map(|(key, values)| match values.len() {
            0 => Predicate::Exists(key),
            _ => Predicate::In(key, values),
        })
        .collect();
    Ok(match parts.len() {
        0 => None,
        1 => parts.pop(),
        _ => Some(Predicate::All(parts)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equals(key: &str, values: &[&str]) -> Predicate {
        Predicate::In(
            key.to_owned(),
            values.iter().map(|&v| v.to_owned()).collect(),
        )
    }

    fn check(filters: &[&str], expected: Option<Predicate>) {
        let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
        assert_eq!(
            Predicate::from_filters(&filters),
            Ok(expected),
            "{filters:?}"
        );
    }

    #[test]
    fn one_filter_is_and_several_are_or() {
        check(
            &["a=1,b=2", "c=3"],
            Some(Predicate::Any(vec![
                Predicate::All(vec![equals("a", &["1"]), equals("b", &["2"])]),
                equals("c", &["3"]),
            ])),
        );
    }

    #[test]
    fn the_same_key_twice_lists_alternatives() {
        check(
            &[" a = 1 ,b=2, a =3,c,d="],
            Some(Predicate::All(vec![
                equals("a", &["1", "3"]),
                equals("b", &["2"]),
                Predicate::Exists("c".to_owned()),
                equals("d", &[""]),
            ])),
        );
        check(&["", " , "], None);
    }

    #[test]
    fn a_condition_without_a_key_is_refused() {
        let error = Predicate::from_filters(&["=x".to_owned()]).expect_err("no key");
        assert!(
            error.to_string().contains("'=x' is not a valid statement"),
            "{error}"
        );
    }
}
