//! Whether the process lives, and whether it may be asked.

use super::AppState;
use super::answer::json_answer;
use crate::readiness::Standing;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

/// `GET /.backstage/health/v1/liveness`: the process answers.
pub(super) async fn liveness() -> Response {
    json_answer(StatusCode::OK, json!({ "status": "ok" }).to_string())
}

/// `GET /.backstage/health/v1/readiness`: 200 when the catalog can be asked, else 503 and why.
///
/// Without a database it still can, from memory: that is told, with 200, so that no replica is
/// taken out of the rotation when all of them share the trouble.
pub(super) async fn readiness(State(state): State<AppState>) -> Response {
    if let Standing::Degraded(reason) = state.readiness.standing() {
        let body = json!({ "status": "degraded", "reason": reason });
        return json_answer(StatusCode::OK, body.to_string());
    }
    match state.readiness.refusal() {
        None => liveness().await,
        Some(message) => {
            let body = json!({ "message": message, "status": "error" });
            json_answer(StatusCode::SERVICE_UNAVAILABLE, body.to_string())
        }
    }
}
