//! What front ends keep for a user: values in buckets.

use super::super::AppState;
use super::super::answer::{Asked, Failure, json_answer};
use crate::store::StoreError;
use crate::store::identity::{
    get_user_setting, list_user_settings, put_user_setting, remove_user_setting,
};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

/// How long a bucket or a key may be, and a value as JSON, in bytes.
const NAME: usize = 200;
const VALUE: usize = 64 * 1024;
/// How many values are kept for one user.
const MOST: usize = 500;

#[derive(Deserialize)]
pub(super) struct Kept {
    value: Value,
}

/// `GET …/buckets/{bucket}/keys/{key}`.
pub(super) async fn get(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Path((bucket, key)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Failure> {
    let user = viewer.user_ref.to_string();
    let found = get_user_setting(&state.registry.db, &user, &bucket, &key).await;
    let found = found.map_err(|error| asked.failed(unavailable(&error)))?;
    let missing = || ApiError::NotFound(format!("Unable to find '{key}' in bucket '{bucket}'"));
    let value = found.ok_or_else(|| asked.failed(missing()))?;
    let value: Value = serde_json::from_str(&value).unwrap_or_default();
    Ok(answer(&bucket, &key, &value))
}

/// `PUT …/buckets/{bucket}/keys/{key}`.
pub(super) async fn put(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Path((bucket, key)): Path<(String, String)>,
    asked: Asked,
    body: Result<Json<Kept>, JsonRejection>,
) -> Result<Response, Failure> {
    let invalid = |field, message: &str| asked.failed(ApiError::invalid(field, message));
    let Json(Kept { value }) = body.map_err(|error| invalid("value", &error.body_text()))?;
    let text = value.to_string();
    if bucket.len() > NAME || key.len() > NAME || text.len() > VALUE {
        return Err(invalid(
            "value",
            "Names may have 200 bytes and values 64 kB",
        ));
    }
    let (db, user) = (&state.registry.db, viewer.user_ref.to_string());
    let kept = list_user_settings(db, &user).await;
    let kept = kept.map_err(|error| asked.failed(unavailable(&error)))?;
    let is_new = !kept
        .iter()
        .any(|(of, name, _)| *of == bucket && *name == key);
    if is_new && kept.len() >= MOST {
        return Err(invalid(
            "key",
            "500 values are kept for each user, and no more",
        ));
    }
    let put = put_user_setting(db, &user, &bucket, &key, &text).await;
    put.map_err(|error| asked.failed(unavailable(&error)))?;
    Ok(answer(&bucket, &key, &value))
}

/// `DELETE …/buckets/{bucket}/keys/{key}`.
pub(super) async fn remove(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    Path((bucket, key)): Path<(String, String)>,
    asked: Asked,
) -> Result<Response, Failure> {
    let user = viewer.user_ref.to_string();
    let removed = remove_user_setting(&state.registry.db, &user, &bucket, &key).await;
    removed.map_err(|error| asked.failed(unavailable(&error)))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `GET /api/user-settings`: everything that is kept for who asks.
pub(super) async fn list(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
) -> Result<Response, Failure> {
    let user = viewer.user_ref.to_string();
    let kept = list_user_settings(&state.registry.db, &user).await;
    let kept = kept.map_err(|error| asked.failed(unavailable(&error)))?;
    let items = kept.into_iter().map(|(bucket, key, value)| {
        let value: Value = serde_json::from_str(&value).unwrap_or_default();
        json!({ "bucket": bucket, "key": key, "value": value })
    });
    let items: Vec<Value> = items.collect();
    Ok(json_answer(
        StatusCode::OK,
        json!({ "items": items }).to_string(),
    ))
}

fn answer(bucket: &str, key: &str, value: &Value) -> Response {
    let body = json!({ "bucket": bucket, "key": key, "value": value });
    json_answer(StatusCode::OK, body.to_string())
}

fn unavailable(error: &StoreError) -> ApiError {
    tracing::error!(%error, "the settings of a user cannot be reached");
    ApiError::Unavailable("Settings cannot be kept: the database does not answer.".to_owned())
}
