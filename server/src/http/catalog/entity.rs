//! `/api/catalog/entities/by-name` and `by-uid`: one entity.

use super::{EVERYTHING, invalid};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_bytes};
use crate::http::conditional::Version;
use crate::query::{Entry, Model};
use app::catalog::EntityRef;
use app::error::ApiError;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

/// A name in three parts, or why it is none.
pub(super) type Named = Result<Path<(String, String, String)>, PathRejection>;

/// `GET by-name/{kind}/{namespace}/{name}`.
pub(super) async fn get_by_name(
    State(state): State<AppState>,
    named: Named,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path((kind, namespace, name)) = named.map_err(|error| unreadable(&error))?;
        let model = state.catalog.model();
        let number = model.number(&EntityRef::new(&kind, &namespace, &name).to_string());
        let entry = visible(&model, number).ok_or_else(|| {
            ApiError::NotFound(format!(
                "No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"
            ))
        })?;
        Ok(one(&model, entry, &headers))
    };
    answer().map_err(|error| asked.failed(error))
}

/// `GET by-uid/{uid}`.
pub(super) async fn get_by_uid(
    State(state): State<AppState>,
    uid: Result<Path<String>, PathRejection>,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let answer = || {
        let Path(uid) = uid.map_err(|error| unreadable(&error))?;
        let model = state.catalog.model();
        let entry = visible(&model, model.number_of_uid(&uid))
            .ok_or_else(|| ApiError::NotFound(format!("No entity with uid {uid}")))?;
        Ok(one(&model, entry, &headers))
    };
    answer().map_err(|error| asked.failed(error))
}

/// The error for a path that is no text.
pub(super) fn unreadable(error: &PathRejection) -> ApiError {
    invalid("path", format!("Invalid path: {error}"))
}

/// The entity, unless the asker may not see it.
fn visible(model: &Model, number: Option<u32>) -> Option<&Entry> {
    let number = number.filter(|number| EVERYTHING.is_none_or(|ids| ids.contains(*number)))?;
    Some(model.entry(number))
}

fn one(model: &Model, entry: &Entry, headers: &HeaderMap) -> Response {
    let version = Version::of_state(entry.version);
    version.answer(headers, || json_bytes(model.body(entry)))
}
