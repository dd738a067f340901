//! `/api/scaffolder/v2/actions`: what steps can do.

use super::tasks::tasks;
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::scaffolder::actions::Manifest;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

/// `GET`: every action with its schemas and examples.
pub(super) async fn list(State(state): State<AppState>, asked: Asked) -> Result<Response, Failure> {
    let tasks = tasks(&state).map_err(|error| asked.failed(error))?;
    let listed: Value = tasks.actions().manifests().map(Manifest::listed).collect();
    Ok(json_answer(StatusCode::OK, listed.to_string()))
}
