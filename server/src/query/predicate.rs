//! What a filter asks of an entity, and the entities that answer.

use super::model::Model;
use roaring::RoaringBitmap;
use serde_json::{Value, json};

/// A condition on the searchable rows of an entity. Neither keys nor values are seen by case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    Not(Box<Predicate>),
    Exists(String),
    /// The key has one of the values.
    In(String, Vec<String>),
    /// The key has a value that begins so.
    HasPrefix(String, String),
}

impl Predicate {
    /// Both, when there are two.
    pub fn and(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(Self::All(vec![one, other])),
            (one, other) => one.or(other),
        }
    }

    /// The numbers of the entities that it holds for.
    pub fn select(&self, model: &Model) -> RoaringBitmap {
        let mut ids = RoaringBitmap::new();
        match self {
            Self::All(parts) => {
                let mut parts = parts.iter();
                let Some(first) = parts.next() else {
                    return model.everything();
                };
                ids = first.select(model);
                for part in parts {
                    if ids.is_empty() {
                        break;
                    }
                    ids &= part.select(model);
                }
            }
            Self::Any(parts) => {
                for part in parts {
                    ids |= part.select(model);
                }
            }
            Self::Not(part) => {
                ids = model.everything();
                ids -= part.select(model);
            }
            Self::Exists(key) => ids = model.index.exists(key),
            Self::In(key, values) => {
                for value in values {
                    model.index.add_matching(key, value, &mut ids);
                }
            }
            Self::HasPrefix(key, prefix) => model.index.add_prefixed(key, prefix, &mut ids),
        }
        ids
    }

    /// As clients write it in a `query`; [`Predicate::from_query`] reads it.
    pub fn to_query(&self) -> Value {
        let all = |parts: &[Self]| parts.iter().map(Self::to_query).collect::<Vec<_>>();
        match self {
            Self::All(parts) => json!({ "$all": all(parts) }),
            Self::Any(parts) => json!({ "$any": all(parts) }),
            Self::Not(part) => json!({ "$not": part.to_query() }),
            Self::Exists(key) => json!({ key: { "$exists": true } }),
            Self::In(key, values) => match values.as_slice() {
                [value] => json!({ key: value }),
                values => json!({ key: { "$in": values } }),
            },
            Self::HasPrefix(key, prefix) => json!({ key: { "$hasPrefix": prefix } }),
        }
    }
}

/// What an answer may speak of: what the predicate holds for, of what can be seen. `None` is everything,
/// without counting it up.
pub fn selected(model: &Model, predicate: Option<&Predicate>) -> Option<RoaringBitmap> {
    match predicate {
        Some(predicate) => Some(predicate.select(model)),
        None => model.visible().cloned(),
    }
}
