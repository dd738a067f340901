//! Deleting entities, and the names that are kept out.

use super::entity::{Named, unreadable};
use super::locations::flag;
use crate::clock::rfc3339;
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::conditional::Version;
use crate::http::params::Params;
use app::catalog::EntityRef;
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::rejection::PathRejection;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// `DELETE /api/catalog/entities/by-uid/{uid}`: what a location still holds comes back, unless
/// `keepOut` says otherwise. Deleting what is not there is done already.
pub(super) async fn delete(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    uid: Result<Path<String>, PathRejection>,
    asked: Asked,
    params: Params,
) -> Result<Response, Failure> {
    let answer = async {
        let Path(uid) = uid.map_err(|error| unreadable(&error))?;
        let who = viewer.user_ref.to_string();
        let keep_out = flag(&params, "keepOut")?;
        let keep_out = keep_out.then_some(who.as_str());
        let is_there = state.registry.may_delete(&viewer, &uid)?;
        let deleted = is_there && state.registry.delete_entity(&uid, keep_out).await?;
        if !deleted && keep_out.is_some() {
            return Err(ApiError::NotFound(format!("No entity with uid {uid}")));
        }
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

/// `GET /api/catalog/tombstones`: what is kept out, the latest first.
pub(super) async fn list_tombstones(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    headers: HeaderMap,
) -> Response {
    let listed = state.registry.list_tombstones(&viewer);
    let items = listed.iter().map(|it| {
        json!({
            "entityRef": it.entity_ref,
            "createdBy": it.created_by,
            "createdAt": rfc3339(it.created_at),
        })
    });
    let body = json!({ "items": items.collect::<Vec<Value>>() }).to_string();
    let version = Version::of_content(body.as_bytes());
    version.answer(&headers, || json_answer(StatusCode::OK, body))
}

/// `DELETE /api/catalog/tombstones/{kind}/{namespace}/{name}`: lets a name in again.
pub(super) async fn lift_tombstone(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    named: Named,
    asked: Asked,
) -> Result<Response, Failure> {
    let answer = async {
        let Path((kind, namespace, name)) = named.map_err(|error| unreadable(&error))?;
        let entity_ref = EntityRef::new(kind, namespace, name);
        state.registry.lift_tombstone(&viewer, &entity_ref).await?;
        Ok(StatusCode::NO_CONTENT.into_response())
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}
