//! `/api/catalog/entities/by-query`: pages with counts and cursors.

use super::body::{self, Received};
use crate::http::answer::{Asked, Failure};
use crate::http::conditional::Version;
use crate::http::params::Params;
use crate::http::seen::Seen;
use crate::query::by_query::{ByQuery, FirstPage};
use crate::query::cursor::{Cursor, FullText, OrderField, parse_order_fields};
use crate::query::fields::parse_fields;
use crate::query::{Model, Piece, Predicate};
use app::error::ApiError;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A question in the body of a request.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ByQueryBody {
    cursor: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
    order_by: Vec<OrderField>,
    full_text_filter: Option<FullText>,
    fields: Vec<String>,
    total_items: Option<String>,
    query: Option<Value>,
}

/// `GET`: the question in parameters.
pub(super) async fn get(
    Seen(model): Seen,
    asked: Asked,
    uri: Uri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    let answer = || {
        let query = of_params(&params)?;
        let fields = parse_fields(&params.all("fields"))?;
        let version = Version::of_question(&model, uri.query());
        Ok(version.answer(&headers, || page(&model, &query, fields.as_deref())))
    };
    answer().map_err(|error| asked.failed(error))
}

/// `POST`: the question in the body.
pub(super) async fn post(
    Seen(model): Seen,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = || {
        let body: ByQueryBody = body::read(received)?;
        let fields = parse_fields(&body.fields)?;
        let query = of_body(body)?;
        Ok(page(&model, &query, fields.as_deref()))
    };
    answer().map_err(|error| asked.failed(error))
}

fn of_params(params: &Params) -> Result<ByQuery, ApiError> {
    let limit = params.number("limit", 0)?;
    let offset = params.number("offset", 0)?;
    let mut query = if let Some(cursor) = params.one("cursor")? {
        // It carries the question, and the place to go on from.
        ByQuery::next(Cursor::decode(&cursor)?)?
    } else {
        let filter = Predicate::from_filters(&params.all("filter"))?;
        let fields = params.all("fullTextFilterFields");
        let fields = fields.iter().flat_map(|fields| fields.split(','));
        let fields = fields.map(str::trim).filter(|field| !field.is_empty());
        let fields: Vec<String> = fields.map(str::to_owned).collect();
        ByQuery::first(FirstPage {
            offset: offset.unwrap_or(0),
            query: filter.map(|filter| filter.to_query()),
            order_fields: parse_order_fields(&params.all("orderField"))?,
            full_text_filter: Some(FullText {
                term: params.one("fullTextFilterTerm")?.unwrap_or_default(),
                fields: Some(fields).filter(|fields| !fields.is_empty()),
            }),
            skip_total_items: is_excluded(params.one("totalItems")?.as_deref())?,
        })?
    };
    query.limit = limit.unwrap_or(query.limit);
    Ok(query)
}

fn of_body(body: ByQueryBody) -> Result<ByQuery, ApiError> {
    let mut query = match body.cursor {
        Some(cursor) => ByQuery::next(Cursor::decode(&cursor)?)?,
        None => ByQuery::first(FirstPage {
            offset: body.offset.unwrap_or(0),
            query: body.query,
            order_fields: body.order_by,
            full_text_filter: body.full_text_filter,
            skip_total_items: is_excluded(body.total_items.as_deref())?,
        })?,
    };
    query.limit = body.limit.unwrap_or(query.limit);
    Ok(query)
}

/// Whether the total need not be counted.
fn is_excluded(total_items: Option<&str>) -> Result<bool, ApiError> {
    match total_items {
        None | Some("include") => Ok(false),
        Some("exclude") => Ok(true),
        Some(_) => Err(ApiError::invalid(
            "totalItems",
            "Invalid totalItems, must be include or exclude",
        )),
    }
}

fn page(model: &Model, query: &ByQuery, fields: Option<&[String]>) -> Response {
    let page = query.page(model);
    let cursors = [("nextCursor", page.next), ("prevCursor", page.previous)];
    let cursors = cursors.into_iter().filter_map(|(name, cursor)| {
        let cursor = Value::from(cursor?.encode());
        Some((name.to_owned(), cursor))
    });
    let info = Value::Object(cursors.collect::<Map<_, _>>());
    let total = json!(page.total_items);
    let mut pieces = vec![Piece::Ready(Bytes::from_static(b"{\"items\":["))];
    pieces.extend(body::list(model, &page.ids, fields));
    let end = format!("],\"totalItems\":{total},\"pageInfo\":{info}}}");
    pieces.push(Bytes::from(end).into());
    body::answer(pieces)
}
