//! Whether the process lives, and whether it may be asked.

use super::AppState;
use super::answer::json_answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

/// `GET /.backstage/health/v1/liveness`: the process answers.
pub(super) async fn liveness() -> Response {
    json_answer(StatusCode::OK, json!({ "status": "ok" }).to_string())
}

/// `GET /.backstage/health/v1/readiness`: 200 when the catalog can be asked, else 503 and why.
pub(super) async fn readiness(State(state): State<AppState>) -> Response {
    match state.readiness.refusal() {
        None => liveness().await,
        Some(message) => {
            let body = json!({ "message": message, "status": "error" });
            json_answer(StatusCode::SERVICE_UNAVAILABLE, body.to_string())
        }
    }
}
