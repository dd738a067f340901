//! Pages of the plain list of entities.

use super::model::Model;
use app::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;

/// Keys to order by: each costs a column over the whole catalog.
const MAX_ORDERS: usize = 16;

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
    /// Reads every `order` parameter of a request. A key that comes again is left out: what it could
    /// tell apart has been told apart.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when one is not on that form, and for more keys than anyone would use.
    pub fn parse_all(parameters: &[String]) -> Result<Vec<Self>, ApiError> {
        let mut seen = HashSet::new();
        let mut orders = Vec::new();
        for text in parameters {
            let order = Self::parse(text)?;
            if !seen.insert(order.key.to_lowercase()) {
                continue;
            }
            if orders.len() == MAX_ORDERS {
                let message = format!(
                    "Invalid order, more than {MAX_ORDERS} keys; leave out those that matter least"
                );
                return Err(ApiError::invalid("order", message));
            }
            orders.push(order);
        }
        Ok(orders)
    }

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
            _ => Err(ApiError::invalid(
                "order",
                format!(
                    "Invalid order parameter \"{text}\", expected \"<asc or desc>:<field name>\""
                ),
            )),
        }
    }
}

impl PageRequest {
    /// What the parameters of a request ask for.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when one is too small, or empty.
    pub fn checked(
        limit: Option<i64>,
        offset: Option<i64>,
        after: Option<String>,
    ) -> Result<Self, ApiError> {
        if after.as_deref() == Some("") {
            return Err(ApiError::invalid(
                "after",
                "Invalid after, must not be empty",
            ));
        }
        let number = |value: Option<i64>, least: usize, message: &str| match value {
            None => Ok(None),
            Some(value) => match usize::try_from(value) {
                Ok(value) if value >= least => Ok(Some(value)),
                _ => Err(ApiError::invalid(
                    message.split_whitespace().next().unwrap_or_default(),
                    format!("Invalid {message}"),
                )),
            },
        };
        Ok(Self {
            limit: number(limit, 1, "limit, must be greater than zero")?,
            offset: number(offset, 0, "offset, must be zero or greater")?,
            after,
        })
    }

    /// The limit and offset that are meant.
    fn window(&self) -> Result<(Option<usize>, usize), ApiError> {
        let mut window = After {
            limit: self.limit,
            offset: self.offset,
        };
        if let Some(after) = &self.after {
            let after = STANDARD.decode(after).ok();
            let after = after.and_then(|json| serde_json::from_slice::<After>(&json).ok());
            let after = after.filter(|after| after.offset.is_some() || after.limit.is_some());
            let after = after.ok_or_else(|| {
                ApiError::invalid(
                    "after",
                    "Malformed after cursor, could not be parsed; begin again without it",
                )
            })?;
            window.limit = after.limit.or(window.limit);
            window.offset = after.offset.or(window.offset);
        }
        Ok((window.limit, window.offset.unwrap_or(0)))
    }
}

/// The asked part of the selected entities, `None` of all: by reference when no order is asked for;
/// otherwise those without a value last, and equal ones by uid.
///
/// # Errors
/// [`ApiError::Invalid`] when `after` does not come from an earlier answer.
pub fn page(
    model: &Model,
    selected: Option<&RoaringBitmap>,
    orders: &[Order],
    request: &PageRequest,
) -> Result<Page, ApiError> {
    let (limit, offset) = request.window()?;
    let selected = selected.unwrap_or_else(|| model.entries.live());
    let total = usize::try_from(selected.len()).unwrap_or(usize::MAX);
    let start = offset.min(total);
    let end = limit.map_or(total, |limit| start.saturating_add(limit).min(total));
    let ids = if orders.is_empty() {
        by_key(model, selected, start..end)
    } else {
        sorted(model, selected, orders)[start..end].to_vec()
    };
    let next = (end < total).then(|| {
        let after = After {
            limit,
            offset: Some(end),
        };
        STANDARD.encode(serde_json::to_vec(&after).expect("two numbers are JSON"))
    });
    Ok(Page { ids, next })
}

/// A part of the selected in the order of references.
fn by_key(model: &Model, selected: &RoaringBitmap, part: Range<usize>) -> Vec<u32> {
    let order = model.key_order();
    // Whoever asks for the beginning of a long list finds it at the beginning of the order.
    let looked_at = (part.end as u64).saturating_mul(order.ids().len() as u64);
    if looked_at / selected.len().max(1) < selected.len().saturating_mul(8) {
        let all = order.ids().iter().copied();
        let chosen = all.filter(|id| selected.contains(*id));
        return chosen.skip(part.start).take(part.len()).collect();
    }
    let places = order.places();
    let mut ids: Vec<u32> = selected.iter().collect();
    ids.sort_unstable_by_key(|id| places[*id as usize]);
    ids[part].to_vec()
}

fn sorted(model: &Model, selected: &RoaringBitmap, orders: &[Order]) -> Vec<u32> {
    let ranks: Vec<(Option<Vec<u32>>, bool)> = orders
        .iter()
        .map(|order| {
            let column = model.order(&order.key);
            let ranks = column.map(|column| column.ranks(model.entries.slots()));
            (ranks, order.descending)
        })
        .collect();
    let mut ids: Vec<u32> = selected.iter().collect();
    ids.sort_by_cached_key(|&id| {
        let places = ranks.iter().map(|(ranks, descending)| {
            let rank = ranks.as_ref().map_or(u32::MAX, |ranks| ranks[id as usize]);
            match rank {
                u32::MAX => (true, Reverse(0), 0),
                rank if *descending => (false, Reverse(rank), 0),
                rank => (false, Reverse(0), rank),
            }
        });
        (places.collect::<Vec<_>>(), model.entries.uid(id))
    });
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_that_nobody_made_is_refused() {
        for after in ["x", "e30", "", "bnVsbA==", "eyJsaW1pdCI6LTF9"] {
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

    #[test]
    fn each_key_orders_once_and_not_too_many_do() {
        let texts = |keys: &[&str]| {
            keys.iter()
                .map(|key| format!("asc:{key}"))
                .collect::<Vec<_>>()
        };
        let mut asked = texts(&["b", "a"]);
        asked.extend(vec!["desc:B".to_owned(); 10_000]);
        assert_eq!(
            Order::parse_all(&asked),
            Ok(vec![
                Order::parse("asc:b").unwrap(),
                Order::parse("asc:a").unwrap()
            ])
        );
        let many: Vec<String> = (0..=MAX_ORDERS).map(|key| format!("asc:{key}")).collect();
        assert_eq!(
            Order::parse_all(&many[1..]).map(|orders| orders.len()),
            Ok(MAX_ORDERS)
        );
        let error = Order::parse_all(&many).expect_err("too many").to_string();
        assert!(error.contains("more than 16 keys"), "{error}");
    }
}
