//! `/api/catalog/locations/by-query`: registered locations, page by page.

use super::body::{self, Received};
use super::locations::shown;
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::query::Predicate;
use app::error::ApiError;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The size of a page where nothing is said.
const PAGE: usize = 1_000;

#[derive(Deserialize)]
struct LocationsQuery {
    cursor: Option<String>,
    limit: Option<usize>,
    query: Option<Value>,
}

/// The place from which to go on, and the question.
#[derive(Serialize, Deserialize)]
struct Place {
    limit: usize,
    query: Option<Value>,
    /// The id of the last location that was told.
    after: Option<String>,
}

/// `POST`: a page, ordered by id.
pub(super) async fn query(
    State(state): State<AppState>,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = async {
        let mut place = place(body::read(received)?)?;
        let predicate = place.query.as_ref().map(Predicate::from_query);
        let predicate = predicate.transpose()?;
        let mut listed = state.registry.list_locations();
        listed.sort_by(|one, other| one.id.cmp(&other.id));
        let shown = listed.iter().map(shown);
        let mut items: Vec<Value> = shown
            .filter(|it| predicate.as_ref().is_none_or(|wanted| holds(wanted, it)))
            .collect();
        let total = items.len();
        if let Some(after) = &place.after {
            items.retain(|it| it["id"].as_str().is_some_and(|id| id > after.as_str()));
        }
        let mut info = json!({});
        if items.len() > place.limit && place.limit > 0 {
            items.truncate(place.limit);
            let last = items.last().and_then(|it| it["id"].as_str());
            place.after = last.map(str::to_owned);
            let cursor = serde_json::to_vec(&place).expect("a place is plain JSON");
            info["nextCursor"] = URL_SAFE_NO_PAD.encode(cursor).into();
        } else {
            items.truncate(place.limit);
        }
        let body = json!({ "items": items, "totalItems": total, "pageInfo": info });
        Ok(json_answer(StatusCode::OK, body.to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

fn place(query: LocationsQuery) -> Result<Place, ApiError> {
    let Some(cursor) = query.cursor else {
        return Ok(Place {
            limit: query.limit.unwrap_or(PAGE).min(PAGE),
            query: query.query,
            after: None,
        });
    };
    let malformed = || ApiError::invalid("cursor", "Malformed cursor, could not be parsed");
    let text = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| malformed())?;
    let mut place: Place = serde_json::from_slice(&text).map_err(|_| malformed())?;
    place.limit = query.limit.unwrap_or(place.limit).min(PAGE);
    Ok(place)
}

/// Whether a condition holds for a location as it is shown.
fn holds(predicate: &Predicate, location: &Value) -> bool {
    let field = |key: &str| {
        let fields = location.as_object().into_iter().flatten();
        let mut fields = fields.filter(|(name, _)| name.eq_ignore_ascii_case(key));
        fields.next().and_then(|(_, value)| value.as_str())
    };
    match predicate {
        Predicate::All(parts) => parts.iter().all(|part| holds(part, location)),
        Predicate::Any(parts) => parts.iter().any(|part| holds(part, location)),
        Predicate::Not(part) => !holds(part, location),
        Predicate::Exists(key) => field(key).is_some(),
        Predicate::In(key, values) => field(key).is_some_and(|it| {
            values
                .iter()
                .any(|value| it.to_lowercase() == value.to_lowercase())
        }),
        Predicate::HasPrefix(key, prefix) => {
            field(key).is_some_and(|it| it.to_lowercase().starts_with(&prefix.to_lowercase()))
        }
    }
}
