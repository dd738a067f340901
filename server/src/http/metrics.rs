//! `GET /metrics`: what Prometheus scrapes.

use super::AppState;
use crate::metrics;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

/// All metrics of this process.
pub(super) async fn scrape(State(state): State<AppState>) -> Response {
    let text = metrics::render(&state.catalog);
    let headers = [
        (header::CONTENT_TYPE, metrics::CONTENT_TYPE),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, text).into_response()
}
