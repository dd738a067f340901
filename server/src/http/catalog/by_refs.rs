//! `/api/catalog/entities/by-refs`: many entities by their names.

use super::body::{self, Received};
use crate::http::answer::{Asked, Failure};
use crate::http::params::Params;
use crate::http::seen::Seen;
use crate::query::Predicate;
use crate::query::batch::by_refs;
use crate::query::fields::parse_fields;
use app::error::ApiError;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByRefsQuery {
    entity_refs: Vec<String>,
    #[serde(default)]
    fields: Vec<String>,
    query: Option<Value>,
}

/// `POST`: an item for each reference, in their order; null for what is not there.
pub(super) async fn list(
    Seen(model): Seen,
    asked: Asked,
    params: Params,
    received: Received,
) -> Result<Response, Failure> {
    let answer = || -> Result<Response, ApiError> {
        let asked: ByRefsQuery = body::read(received)?;
        let query = asked
            .query
            .as_ref()
            .map(Predicate::from_query)
            .transpose()?;
        let filter = Predicate::from_filters(&params.all("filter"))?;
        let fields = parse_fields(&params.all("fields"))?;
        let fields = parse_fields(&asked.fields)?.or(fields);
        let predicate = Predicate::and(filter, query);
        let numbers = by_refs(&model, &asked.entity_refs, predicate.as_ref());
        // Whoever names an entity many times makes it once.
        let mut items: HashMap<u32, Bytes> = HashMap::new();
        let mut pieces = vec![Bytes::from_static(b"{\"items\":[")];
        for (position, number) in numbers.into_iter().enumerate() {
            if position > 0 {
                pieces.push(Bytes::from_static(b","));
            }
            pieces.push(match number {
                Some(id) => {
                    let make = || body::one(&model, id, fields.as_deref());
                    items.entry(id).or_insert_with(make).clone()
                }
                None => Bytes::from_static(b"null"),
            });
        }
        pieces.push(Bytes::from_static(b"]}"));
        Ok(body::answer(pieces))
    };
    answer().map_err(|error| asked.failed(error))
}
