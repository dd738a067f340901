//! Filters, pages, cursors and facets over stored entities.

use crate::report::{Outcome, Verdict, outcomes, same_result, text};
use app::error::ApiError;
use serde_json::{Value, json};
use server::query::by_query::{ByQuery, FirstPage};
use server::query::cursor::{Cursor, parse_order_fields};
use server::query::fields::{parse_fields, project};
use server::query::page::{Order, PageRequest, page};
use server::query::{
    Model, Piece, Predicate, SearchRow, ancestry, batch, clashing_keys, facets, field_rows,
    parse_filter, search_rows, selected, text_of,
};

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "catalog-query/build-entity-search.json" => Some(outcomes(cases, search)),
        "catalog-query/filter-parse.json"
        | "catalog-query/pagination-fields.json"
        | "catalog-query/query-entities-params.json" => Some(outcomes(cases, parameters)),
        "catalog-query/db-queries.json" => Some(outcomes(cases, stored)),
        _ => None,
    }
}

/// The value without what stands for "undefined".
fn defined(value: &Value) -> Value {
    let is_defined = |value: &&Value| value["__type"] != "undefined";
    match value {
        Value::Array(items) => items.iter().map(defined).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, value)| is_defined(value));
            let fields = fields.map(|(name, value)| (name.clone(), defined(value)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

fn result(case: &Value, actual: Result<Value, ApiError>) -> Verdict {
    let mut case = case.clone();
    if !case["result"].is_null() {
        case["result"] = defined(&case["result"]);
    }
    same_result(&case, actual.map_err(|error| error.to_string()))
}

/// A text, or a list of them; `None` when anything is none.
fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Null => Some(Vec::new()),
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(items) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => None,
    }
}

fn search(case: &Value) -> Verdict {
    let mut args = case["args"].as_array().into_iter().flatten();
    let (first, last) = (args.next(), args.next_back());
    let rows: Vec<SearchRow> = match text(&case["fn"]) {
        "traverse" => first.map(field_rows).unwrap_or_default(),
        "mapToRows" => {
            let pairs = first.and_then(Value::as_array).into_iter().flatten();
            let rows = pairs
                .map(|pair| SearchRow::of(text(&pair["key"]).to_owned(), text_of(&pair["value"])));
            rows.flatten().collect()
        }
        _ => {
            let entity = last.unwrap_or(&Value::Null);
            let clashes = clashing_keys(entity);
            if !clashes.is_empty() {
                let error = format!("keys that differ by case: {clashes:?}");
                return same_result(case, Err(error));
            }
            search_rows(entity)
        }
    };
    let actual = rows.into_iter().map(|row| (row.key, row.value));
    let mut actual: Vec<(String, Option<String>)> = actual.collect();
    let expected = case["result"].as_array().into_iter().flatten();
    let mut expected: Vec<(String, Option<String>)> = expected
        .map(|row| {
            let value = row.get("original_value").unwrap_or(&row["value"]);
            (text(&row["key"]).to_owned(), text_of(value))
        })
        .collect();
    // Rows are a set: the order of fields is lost where an entity is stored.
    actual.sort();
    expected.sort();
    Verdict::equal(&json!(expected), &json!(actual))
}

fn parameters(case: &Value) -> Verdict {
    let args = &case["args"][0];
    let not_text =
        || Verdict::NotApplicable("the parameters of a URL are texts, never numbers".to_owned());
    let strings = |name: &str| texts(&args[name]);
    match text(&case["fn"]) {
        "parseEntityFilterParams" => {
            let Some(filters) = strings("filter") else {
                return not_text();
            };
            let filter = Predicate::from_filters(&filters);
            result(
                case,
                filter.map(|filter| json!(filter.map(|it| it.to_query()))),
            )
        }
        "parseEntityFilterString" => {
            let conditions = parse_filter(text(args)).map(|conditions| {
                let conditions = conditions.into_iter();
                let conditions = conditions.map(|it| match it.values.as_slice() {
                    [] => json!({ "key": it.key }),
                    values => json!({ "key": it.key, "values": values }),
                });
                conditions.collect::<Vec<_>>()
            });
            match conditions {
                Ok(none) if none.is_empty() => undefined(case),
                conditions => result(case, conditions.map(Value::from)),
            }
        }
        "parseEntityPaginationParams" => {
            let after = args["after"].as_str().map(str::to_owned);
            let request =
                PageRequest::checked(args["limit"].as_i64(), args["offset"].as_i64(), after);
            match request {
                Ok(all) if all == PageRequest::default() => undefined(case),
                request => result(
                    case,
                    request.map(|it| {
                        without_nulls(json!({
                            "limit": it.limit, "offset": it.offset, "after": it.after,
                        }))
                    }),
                ),
            }
        }
        "transform" => {
            let Some(fields) = texts(&case["params"]["fields"]) else {
                return not_text();
            };
            let fields = parse_fields(&fields);
            result(
                case,
                fields.map(|fields| project(&defined(args), &fields.unwrap_or_default())),
            )
        }
        "parseEntityOrderParams" => {
            let Some(orders) = strings("order") else {
                return not_text();
            };
            if orders.is_empty() {
                return undefined(case);
            }
            let orders = orders.iter().map(|order| {
                let order = Order::parse(order)?;
                let direction = if order.descending { "desc" } else { "asc" };
                Ok(json!({ "field": order.key, "order": direction }))
            });
            result(case, orders.collect())
        }
        "parseEntityOrderFieldParams" => {
            let Some(orders) = strings("orderField") else {
                return not_text();
            };
            if orders.is_empty() {
                return undefined(case);
            }
            result(
                case,
                parse_order_fields(&orders).map(|orders| json!(orders)),
            )
        }
        "parseQueryEntitiesParams" => query_parameters(case, args).unwrap_or_else(not_text),
        other => Verdict::NotApplicable(format!("{other} has no counterpart")),
    }
}

/// What is asked of by-query, put together as the handler does it.
fn query_parameters(case: &Value, args: &Value) -> Option<Verdict> {
    let parsed = |filters: &[String], orders: &[String], fields: &[String]| {
        parse_fields(fields)?;
        if !args["cursor"].is_null() {
            let cursor = Cursor::decode(args["cursor"].as_str().unwrap_or_default())?;
            return Ok(json!({ "cursor": cursor, "fields": { "__type": "function" } }));
        }
        let filter = Predicate::from_filters(filters)?;
        let orders = parse_order_fields(orders)?;
        let mut parsed = json!({ "fullTextFilter": { "term": "" } });
        if let Some(filter) = filter {
            parsed["filter"] = filter.to_query();
        }
        if !orders.is_empty() {
            parsed["orderFields"] = json!(orders);
        }
        Ok(parsed)
    };
    let (filters, orders) = (texts(&args["filter"])?, texts(&args["orderField"])?);
    Some(result(
        case,
        parsed(&filters, &orders, &texts(&args["fields"])?),
    ))
}

/// Passed when nothing is expected.
fn undefined(case: &Value) -> Verdict {
    Verdict::equal(&case["result"], &json!({ "__type": "undefined" }))
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, it)| !it.is_null()).collect(),
        other => other,
    }
}

fn stored(case: &Value) -> Verdict {
    let entities = case["state"]["entities"].as_array().into_iter().flatten();
    let entities = entities.map(|row| (text(&row["entity_id"]).to_owned(), row["entity"].clone()));
    let model = Model::of_entities(entities.collect());
    let request = defined(&case["request"]);
    let actual = match text(&case["fn"]) {
        "entities" => list(&model, &request),
        "queryEntities" => query(&model, &request),
        "entitiesBatch" => refs(&model, &request),
        "facets" => counts(&model, &request),
        "entityAncestry" => {
            let root = text(&request);
            let chain = ancestry::ancestry(&model, root);
            if chain.is_empty() {
                Err(ApiError::NotFound(format!("No such entity {root}")))
            } else {
                Ok(json!({ "rootEntityRef": root }))
            }
        }
        other => return Verdict::NotApplicable(format!("{other} has no counterpart")),
    };
    result(case, actual)
}

fn predicate(request: &Value) -> Result<Option<Predicate>, ApiError> {
    request.get("filter").map(Predicate::from_query).transpose()
}

fn bodies(model: &Model, ids: &[u32]) -> Value {
    let pieces = model.joined(ids).into_iter().map(Piece::open);
    let list = [b"[", pieces.collect::<Vec<_>>().concat().as_slice(), b"]"].concat();
    serde_json::from_slice(&list).unwrap_or_default()
}

fn list(model: &Model, request: &Value) -> Result<Value, ApiError> {
    let selected = selected(model, predicate(request)?.as_ref());
    let orders = request["order"].as_array().into_iter().flatten();
    let orders: Vec<Order> = orders
        .map(|order| Order {
            key: text(&order["field"]).to_owned(),
            descending: order["order"] == "desc",
        })
        .collect();
    let page = page(model, selected.as_ref(), &orders, &PageRequest::default())?;
    Ok(json!({
        "entities": bodies(model, &page.ids),
        "pageInfo": { "hasNextPage": page.next.is_some() },
    }))
}

fn query(model: &Model, request: &Value) -> Result<Value, ApiError> {
    let parsed = |name: &str| {
        let value = request.get(name).cloned();
        let value = value.map(serde_json::from_value).transpose();
        value.map_err(|error| ApiError::Invalid {
            field: name.to_owned(),
            message: error.to_string(),
        })
    };
    let mut query = match request.get("cursor") {
        // As a client would hand it over.
        Some(cursor) => {
            let cursor: Cursor =
                serde_json::from_value(cursor.clone()).map_err(|_| ApiError::Internal)?;
            ByQuery::next(Cursor::decode(&cursor.encode())?)?
        }
        None => ByQuery::first(FirstPage {
            query: request.get("filter").cloned(),
            order_fields: serde_json::from_value(
                request.get("orderFields").cloned().unwrap_or(json!([])),
            )
            .map_err(|_| ApiError::Internal)?,
            full_text_filter: parsed("fullTextFilter")?,
            ..FirstPage::default()
        })?,
    };
    let limit = request["limit"].as_u64();
    let limit = limit.and_then(|limit| usize::try_from(limit).ok());
    query.limit = limit.unwrap_or(query.limit);
    let page = query.page(model);
    let cursors = json!({ "nextCursor": page.next, "prevCursor": page.previous });
    Ok(json!({
        "items": bodies(model, &page.ids),
        "pageInfo": without_nulls(cursors),
        "totalItems": page.total_items,
    }))
}

fn refs(model: &Model, request: &Value) -> Result<Value, ApiError> {
    let refs = texts(&request["entityRefs"]).unwrap_or_default();
    let numbers = batch::by_refs(model, &refs, predicate(request)?.as_ref());
    let items = numbers.into_iter().map(|number| match number {
        Some(id) => bodies(model, &[id])[0].take(),
        None => Value::Null,
    });
    Ok(json!({ "items": items.collect::<Vec<_>>() }))
}

fn counts(model: &Model, request: &Value) -> Result<Value, ApiError> {
    let selected = selected(model, predicate(request)?.as_ref());
    let keys = texts(&request["facets"]).unwrap_or_default();
    let facets = keys.into_iter().map(|key| {
        let counts = json!(facets::facet(model, &key, selected.as_ref()));
        (key, counts)
    });
    Ok(json!({ "facets": Value::Object(facets.collect()) }))
}
