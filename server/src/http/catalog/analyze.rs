//! `/api/catalog/analyze-location`: what a repository holds for the catalog.

use super::body::{self, Received};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::registry::{Analysis, ExistingFile};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct AnalyzeQuery {
    location: LocationInput,
    // Both are sent: the description of the API and its client do not agree.
    #[serde(alias = "catalogFilename", rename = "catalogFileName")]
    catalog_file: Option<String>,
}

#[derive(Deserialize)]
struct LocationInput {
    r#type: String,
    target: String,
}

/// `POST`: the entities that are there already, or one to begin with.
pub(super) async fn analyze(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    received: Received,
) -> Result<Response, Failure> {
    let answer = async {
        let query: AnalyzeQuery = body::read(received)?;
        if query.location.r#type != "url" {
            return Err(ApiError::invalid(
                "location.type",
                "Only locations of type url can be analyzed",
            ));
        }
        let file = query.catalog_file.as_deref();
        let target = &query.location.target;
        let analysis = state.registry.analyze(&viewer, target, file).await?;
        Ok(json_answer(StatusCode::OK, shown(analysis).to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

fn shown(analysis: Analysis) -> Value {
    let existing = |file: ExistingFile| {
        json!({
            "isRegistered": file.is_registered,
            "location": { "type": file.location.kind, "target": file.location.target },
            "entity": file.entity,
        })
    };
    let suggested = |entity: Value| json!({ "entity": entity, "fields": [] });
    json!({
        "existingEntityFiles": analysis.existing.into_iter().map(existing).collect::<Vec<_>>(),
        "generateEntities": analysis.suggested.into_iter().map(suggested).collect::<Vec<_>>(),
    })
}
