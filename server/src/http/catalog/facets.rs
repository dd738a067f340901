//! `/api/catalog/entity-facets`: the values of keys, with counts.

use super::body::{self, Received};
use crate::http::answer::{Asked, Failure};
use crate::http::conditional::Version;
use crate::http::params::Params;
use crate::http::seen::Seen;
use crate::query::facets::facet_json;
use crate::query::{Model, Predicate, selected};
use app::error::ApiError;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::HashSet;

#[derive(Deserialize)]
struct FacetsQuery {
    #[serde(default)]
    facets: Vec<String>,
    query: Option<Value>,
}

/// `GET`: each `facet` of what `filter` selects.
pub(super) async fn get(
    Seen(model): Seen,
    asked: Asked,
    uri: Uri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    let answer = || {
        let keys = distinct(params.all("facet"), "Missing facet parameter")?;
        let filter = Predicate::from_filters(&params.all("filter"))?;
        let version = Version::of_question(&model, uri.query());
        Ok(version.answer(&headers, || facets(&model, &keys, filter.as_ref())))
    };
    answer().map_err(|error| asked.failed(error))
}

/// `POST`: the same with a query in the body.
pub(super) async fn post(
    Seen(model): Seen,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = || {
        let asked: FacetsQuery = body::read(received)?;
        let keys = distinct(asked.facets, "Missing or empty facets parameter")?;
        let query = asked
            .query
            .as_ref()
            .map(Predicate::from_query)
            .transpose()?;
        Ok(facets(&model, &keys, query.as_ref()))
    };
    answer().map_err(|error| asked.failed(error))
}

fn facets(model: &Model, keys: &[String], predicate: Option<&Predicate>) -> Response {
    let selected = selected(model, predicate);
    let mut pieces = vec![Bytes::from_static(b"{\"facets\":{")];
    for (position, key) in keys.iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        pieces.push(Bytes::from(format!("{comma}{}:", json!(key))));
        pieces.push(facet_json(model, key, selected.as_ref()));
    }
    pieces.push(Bytes::from_static(b"}}"));
    body::answer(pieces)
}

/// The keys that are asked for, each once.
fn distinct(keys: Vec<String>, missing: &str) -> Result<Vec<String>, ApiError> {
    let mut seen = HashSet::new();
    let keys = keys.into_iter().filter(|key| !key.is_empty());
    let keys: Vec<String> = keys.filter(|key| seen.insert(key.clone())).collect();
    if keys.is_empty() {
        return Err(ApiError::invalid("facet", missing));
    }
    Ok(keys)
}
