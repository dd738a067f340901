//! What GitHub sends of its own accord.

use super::AppState;
use super::answer::{Asked, Failure, json_answer};
use crate::events::{Delivery, Received};
use crate::metrics;
use app::error::ApiError;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::json;

/// Where GitHub sends it.
pub(super) const GITHUB: &str = "/api/events/http/github";
/// How large a delivery may be, in bytes. GitHub sends up to 25 MB; what is so large is refused, and
/// found when its sources are due.
pub(super) const BODY_LIMIT: usize = 5 * 1024 * 1024;

/// `POST /api/events/http/github`: what follows is stored before the answer, and done after it.
pub(super) async fn github(
    State(state): State<AppState>,
    asked: Asked,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let received = receive(&state, &headers, body).await;
    let outcome = match &received {
        Ok(received) => received.name(),
        Err(ApiError::Forbidden(_)) => "refused",
        Err(_) => "failed",
    };
    metrics::event_received("github", outcome);
    let received = received.map_err(|error| asked.failed(error))?;
    let status = match received {
        Received::Pong | Received::Repeated => StatusCode::OK,
        Received::Accepted { .. } | Received::Ignored => StatusCode::ACCEPTED,
    };
    let mut answer = json!({ "status": received.name() });
    if let Received::Accepted { due } = received {
        answer["due"] = due.into();
    }
    Ok(json_answer(status, answer.to_string()))
}

async fn receive(
    state: &AppState,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Received, ApiError> {
    let events = state.events.as_ref().ok_or_else(|| {
        ApiError::NotFound("Nothing is received here: there is no catalog to tell.".to_owned())
    })?;
    let body = body.map_err(|rejection| ApiError::invalid("body", rejection.body_text()))?;
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let delivery = Delivery {
        event: text("x-github-event").unwrap_or_default(),
        id: text("x-github-delivery"),
        signature: text("x-hub-signature-256"),
        body: &body,
    };
    events.receive(delivery).await
}
