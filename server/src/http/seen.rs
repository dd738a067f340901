//! The catalog as whoever asks may see it.

use super::AppState;
use crate::query::Model;
use app::viewer::Viewer;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use std::sync::Arc;

/// Given to handlers in the place of the whole: what is hidden from who asks is not in it.
pub(super) struct Seen(pub(super) Arc<Model>);

impl FromRequestParts<AppState> for Seen {
    type Rejection = StatusCode;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        if let Some(viewer) = parts.extensions.get::<Viewer>() {
            return Ok(Self(state.catalog.seen_by(viewer)));
        }
        tracing::error!(path = parts.uri.path(), "a request has no viewer");
        Err(StatusCode::INTERNAL_SERVER_ERROR)
    }
}
