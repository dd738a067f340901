//! One structured line for each request.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;
use tower_http::request_id::RequestId;
use tracing::Instrument;

/// Logs what was asked, the status and how long the answer took; all of it under the request id.
pub(super) async fn log(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>();
    let id = id
        .and_then(|id| id.header_value().to_str().ok())
        .unwrap_or_default();
    let span =
        tracing::info_span!("request", id, method = %request.method(), path = request.uri().path());
    async move {
        let start = Instant::now();
        let response = next.run(request).await;
        let status = response.status().as_u16();
        let took_ms = start.elapsed().as_secs_f64() * 1000.0;
        // 503 is an answer by intent, to probes while starting above all.
        let unintended = status != StatusCode::SERVICE_UNAVAILABLE.as_u16();
        if response.status().is_server_error() && unintended {
            tracing::error!(status, took_ms, "answered");
        } else {
            tracing::debug!(status, took_ms, "answered");
        }
        response
    }
    .instrument(span)
    .await
}
