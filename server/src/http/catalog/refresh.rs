//! `/api/catalog/refresh`: reading an entity again before its time.

use super::body::{self, Received};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure};
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefreshQuery {
    entity_ref: String,
}

/// `POST`: 200 without a word once it is due.
pub(super) async fn refresh(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = async {
        let query: RefreshQuery = body::read(received)?;
        let entity_ref = EntityRef::parse(&query.entity_ref, RefDefaults::default());
        let entity_ref =
            entity_ref.map_err(|error| ApiError::invalid("entityRef", error.to_string()))?;
        state.registry.refresh(&viewer, &entity_ref).await?;
        Ok(StatusCode::OK.into_response())
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}
