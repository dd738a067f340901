//! `/api/catalog/entities/unprocessed`: what has never become an entity.

use super::entity::unreadable;
use crate::clock::{Millis, rfc3339};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::conditional::Version;
use crate::ingest::location::{MANAGED_BY, MANAGED_BY_ORIGIN};
use crate::query::Unprocessed;
use app::catalog::EntityRef;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// `GET failed`: what was read and has never been valid.
pub(super) async fn list_failed(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response {
    let listed = state.registry.list_failed(&viewer).await;
    answer(&headers, "failed", &listed)
}

/// `GET pending`: what is known and has not been read yet.
pub(super) async fn list_pending(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response {
    let listed = state.registry.list_pending(&viewer).await;
    answer(&headers, "pending", &listed)
}

/// `DELETE delete/{id}`: forgets one; when its source still holds it, it is found again.
pub(super) async fn remove(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    id: Result<Path<String>, PathRejection>,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(id) = id.map_err(|error| unreadable(&error))?;
        state.registry.remove_unprocessed(&viewer, &id).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

fn answer(headers: &HeaderMap, kind: &str, listed: &[(Unprocessed, Option<Millis>)]) -> Response {
    let entities: Vec<Value> = listed.iter().map(shown).collect();
    let body = json!({ "type": kind, "entities": entities }).to_string();
    let version = Version::of_content(body.as_bytes());
    version.answer(headers, || json_answer(StatusCode::OK, body))
}

fn shown((found, due_at): &(Unprocessed, Option<Millis>)) -> Value {
    let errors = found.errors.iter();
    let errors = errors.map(|(name, message)| json!({ "name": name.as_str(), "message": message }));
    let errors: Vec<Value> = errors.collect();
    json!({
        "entity_id": found.id(),
        "entity_ref": found.entity_ref,
        "unprocessed_entity": entity(found),
        "location_key": found.origin,
        "next_update_at": due_at.map(rfc3339),
        "errors": errors,
    })
}

/// As much of the entity as is known: its name and where it stands.
fn entity(found: &Unprocessed) -> Value {
    let Ok(name) = found.entity_ref.parse::<EntityRef>() else {
        return Value::Null;
    };
    json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": name.kind,
        "metadata": {
            "name": name.name,
            "namespace": name.namespace,
            "annotations": {
                MANAGED_BY: found.location,
                MANAGED_BY_ORIGIN: found.origin,
            },
        },
    })
}
