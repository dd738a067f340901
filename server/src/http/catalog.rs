//! The catalog's HTTP API, as existing clients know it.

use super::AppState;
use super::answer::{Asked, Failure, json_answer, json_bytes};
use super::params::Params;
use crate::query::fields::{parse_fields, project};
use crate::query::page::{Order, PageRequest, page};
use crate::query::{Model, Predicate, facets};
use app::catalog::EntityRef;
use app::error::ApiError;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

/// What a request for a list of entities asks.
struct EntitiesQuery {
    filter: Option<Predicate>,
    fields: Option<Vec<String>>,
    orders: Vec<Order>,
    page: PageRequest,
}

impl EntitiesQuery {
    fn parse(params: &Params) -> Result<Self, ApiError> {
        let after = params.one("after")?;
        if after.as_deref() == Some("") {
            return Err(ApiError::Invalid {
                field: "after".to_owned(),
                message: "Invalid after, must not be empty".to_owned(),
            });
        }
        let orders = params.all("order");
        Ok(Self {
            filter: Predicate::from_filters(&params.all("filter"))?,
            fields: parse_fields(&params.all("fields"))?,
            orders: orders
                .iter()
                .map(|order| Order::parse(order))
                .collect::<Result<_, _>>()?,
            page: PageRequest {
                limit: params.number("limit", 1)?,
                offset: params.number("offset", 0)?,
                after,
            },
        })
    }
}

/// `GET /api/catalog/entities`: an array of entities; a `link` header names the next page.
pub(super) async fn list_entities(
    State(state): State<AppState>,
    asked: Asked,
    params: Params,
) -> Result<Response, Failure> {
    let answer = || {
        let query = EntitiesQuery::parse(&params)?;
        let model = state.catalog.model();
        let page = page(&model, query.filter.as_ref(), &query.orders, &query.page)?;
        let body = array(&model, &page.ids, query.fields.as_deref());
        let mut response = json_answer(StatusCode::OK, body);
        if let Some(next) = page.next.and_then(|after| next_link(&params, &after)) {
            response.headers_mut().insert(header::LINK, next);
        }
        Ok(response)
    };
    answer().map_err(|error| asked.failed(error))
}

/// `GET /api/catalog/entities/by-name/{kind}/{namespace}/{name}`: one entity.
pub(super) async fn get_by_name(
    State(state): State<AppState>,
    Path((kind, namespace, name)): Path<(String, String, String)>,
    asked: Asked,
) -> Result<Response, Failure> {
    let model = state.catalog.model();
    let entry = model
        .get(&EntityRef::new(&kind, &namespace, &name))
        .ok_or_else(|| {
            asked.failed(ApiError::NotFound(format!(
                "No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
            )))
        })?;
    Ok(json_bytes(entry.body.clone()))
}

/// `GET /api/catalog/entities/by-uid/{uid}`: one entity.
pub(super) async fn get_by_uid(
    State(state): State<AppState>,
    Path(uid): Path<String>,
    asked: Asked,
) -> Result<Response, Failure> {
    let model = state.catalog.model();
    let entry = model
        .get_uid(&uid)
        .ok_or_else(|| asked.failed(ApiError::NotFound(format!("No entity with uid {uid}"))))?;
    Ok(json_bytes(entry.body.clone()))
}

/// `GET /api/catalog/entity-facets`: the values of each `facet`, with counts.
pub(super) async fn list_facets(
    State(state): State<AppState>,
    asked: Asked,
    params: Params,
) -> Result<Response, Failure> {
    let keys: Vec<String> = params
        .all("facet")
        .into_iter()
        .filter(|key| !key.is_empty())
        .collect();
    if keys.is_empty() {
        return Err(asked.failed(ApiError::Invalid {
            field: "facet".to_owned(),
            message: "Missing facet parameter".to_owned(),
        }));
    }
    let filter =
        Predicate::from_filters(&params.all("filter")).map_err(|error| asked.failed(error))?;
    let model = state.catalog.model();
    let facets: Map<String, Value> = keys
        .into_iter()
        .map(|key| {
            let values = facets::facet(&model, &key, filter.as_ref()).into_iter();
            let values = values.map(|(value, count)| json!({ "value": value, "count": count }));
            let values = values.collect();
            (key, Value::Array(values))
        })
        .collect();
    Ok(json_answer(
        StatusCode::OK,
        json!({ "facets": facets }).to_string(),
    ))
}

/// What stands at an API path that nothing answers.
pub(super) async fn no_such_endpoint(asked: Asked) -> Response {
    let error =
        ApiError::NotFound("There is no such endpoint; see the API documentation".to_owned());
    asked.failed(error).into_response()
}

/// The entities as one JSON array; their stored bodies, or the parts that were asked.
fn array(model: &Model, ids: &[u32], fields: Option<&[String]>) -> Vec<u8> {
    let mut body = vec![b'['];
    for (position, &id) in ids.iter().enumerate() {
        if position > 0 {
            body.push(b',');
        }
        let entity = &model.entries[id as usize].body;
        match fields {
            None => body.extend_from_slice(entity),
            Some(fields) => {
                let entity: Value = serde_json::from_slice(entity).unwrap_or_default();
                body.extend_from_slice(project(&entity, fields).to_string().as_bytes());
            }
        }
    }
    body.push(b']');
    body
}

/// The URL of the next page, on the form that clients follow.
fn next_link(params: &Params, after: &str) -> Option<HeaderValue> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["limit", "fields", "filter", "order"] {
        query.extend_pairs(params.all(name).iter().map(|value| (name, value)));
    }
    query.append_pair("after", after);
    HeaderValue::from_str(&format!("</entities?{}>; rel=\"next\"", query.finish())).ok()
}
