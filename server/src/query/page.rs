//! Part of the answer to a question that has many.

use super::model::Model;
use super::predicate::Predicate;
use app::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// Which part of a list is asked for. Nothing set asks for all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRequest {
    pub limit: Option<usize>,
    pub offset: Option<usize>,
    /// Where an earlier page ended; carries its own limit and offset.
    pub after: Option<String>,
}

/// What an `after` parameter carries.
#[derive(Debug, Serialize, Deserialize)]
struct After {
    limit: Option<usize>,
    offset: Option<usize>,
}

/// An order by the value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub key: String,
    pub descending: bool,
}

/// The numbers of the entities on a page, and what to send as `after` to get the next.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub ids: Vec<u32>,
    pub next: Option<String>,
}

impl Order {
    /// Reads `asc:metadata.name`.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it is not on that form.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        let (direction, key) = text.split_once(':').unwrap_or_default();
        match direction {
            "asc" | "desc" if !key.is_empty() => Ok(Self {
                key: key.to_owned(),
                descending: direction == "desc",
            }),
            _ => Err(invalid(
                "order",
                "Invalid order parameter, expected a string on the form <asc or desc>:<field>, for example asc:metadata.name",
            )),
        }
    }
}

impl PageRequest {
    /// The limit and offset that are meant.
    fn window(&self) -> Result<(Option<usize>, usize), ApiError> {
        let mut window = After {
            limit: self.limit,
            offset: self.offset,
        };
        if let Some(after) = &self.after {
            let after = STANDARD.decode(after).ok();
            let after = after.and_then(|json| serde_json::from_slice::<After>(&json).ok());
            let after = after.ok_or_else(|| invalid("after", "Malformed after cursor"))?;
            window.limit = window.limit.or(after.limit);
            window.offset = after.offset.or(window.offset);
        }
        Ok((window.limit, window.offset.unwrap_or(0)))
    }
}

/// The asked part of the entities that `filter` selects, in the given order and then by reference.
/// Entities without a value in the order come last.
///
/// # Errors
/// [`ApiError::Invalid`] when `after` was not made by an earlier answer.
pub fn page(
    model: &Model,
    filter: Option<&Predicate>,
    orders: &[Order],
    request: &PageRequest,
) -> Result<Page, ApiError> {
    let (limit, offset) = request.window()?;
    let selected = filter.map_or_else(|| model.everything(), |filter| filter.select(model));
    let mut ids: Vec<u32> = selected.iter().collect();
    if !orders.is_empty() {
        sort(model, &mut ids, orders);
    }
    let total = ids.len();
    let start = offset.min(total);
    let end = limit.map_or(total, |limit| start.saturating_add(limit).min(total));
    let next = (end < total).then(|| {
        let after = After {
            limit,
            offset: Some(end),
        };
        STANDARD.encode(serde_json::to_vec(&after).expect("two numbers are JSON"))
    });
    Ok(Page {
        ids: ids[start..end].to_vec(),
        next,
    })
}

fn sort(model: &Model, ids: &mut [u32], orders: &[Order]) {
    let columns: Vec<(Vec<Option<&str>>, bool)> = orders
        .iter()
        .map(|order| {
            (
                model.index.column(&order.key, model.entries.len()),
                order.descending,
            )
        })
        .collect();
    ids.sort_by(|&a, &b| {
        for (column, descending) in &columns {
            let ordering = match (column[a as usize], column[b as usize]) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) if *descending => b.cmp(a),
                (Some(a), Some(b)) => a.cmp(b),
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        a.cmp(&b)
    });
}

fn invalid(field: &str, message: &str) -> ApiError {
    ApiError::Invalid {
        field: field.to_owned(),
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_nobody_made_is_refused() {
        for after in ["x", "e30", ""] {
            let request = PageRequest {
                after: Some(after.to_owned()),
                ..PageRequest::default()
            };
            let answer = page(&Model::default(), None, &[], &request);
            assert!(
                matches!(answer, Err(ApiError::Invalid { .. })),
                "{after:?} {answer:?}"
            );
        }
    }

    #[test]
    fn an_order_names_its_direction() {
        let expected = Order {
            key: "metadata.name".to_owned(),
            descending: true,
        };
        assert_eq!(Order::parse("desc:metadata.name"), Ok(expected));
        for text in ["metadata.name", "up:metadata.name", "asc:", ""] {
            assert!(Order::parse(text).is_err(), "{text}");
        }
    }
}
