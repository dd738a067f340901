//! `/api/scaffolder/v2/dry-run`: trying a template without any effect elsewhere.

use super::tasks::tasks;
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::scaffolder::dry_run::{Beside, Trial};
use crate::scaffolder::run::Told;
use crate::scaffolder::task::{Refused, User};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DryRun {
    template: Value,
    #[serde(default)]
    values: Map<String, Value>,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    #[serde(default)]
    directory_contents: Vec<GivenFile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GivenFile {
    path: String,
    base64_content: String,
}

/// `POST`.
pub(in crate::http) async fn run(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let answer = async {
        let given: DryRun = serde_json::from_slice(&body)
            .map_err(|error| Refused::Error(ApiError::invalid("body", error.to_string())))?;
        let mut files = Vec::new();
        for file in given.directory_contents {
            let content = STANDARD.decode(&file.base64_content).map_err(|error| {
                let message = format!("'{}' is no base64: {error}", file.path);
                ApiError::invalid("directoryContents", message)
            })?;
            files.push((file.path, content));
        }
        let model = state.catalog.whole();
        let values = Value::Object(given.values);
        let trial = Trial {
            template: &given.template,
            values: &values,
            secrets: &given.secrets,
            user: Some(User::of(&model, &viewer.user_ref)),
            beside: Beside::Files(files),
        };
        let tried = tasks(&state)?.dry_runs().run(trial).await?;
        let steps = tried.steps.iter();
        let steps = steps.map(|it| json!({ "id": it.id, "name": it.name, "action": it.action }));
        let files = tried.files.iter().map(|file| {
            json!({
                "path": file.path,
                "executable": file.executable,
                "base64Content": STANDARD.encode(&file.content),
            })
        });
        let body = json!({
            "log": tried.log.iter().map(line).collect::<Value>(),
            "directoryContents": files.collect::<Value>(),
            "output": tried.output,
            "steps": steps.collect::<Value>(),
        });
        Ok(json_answer(StatusCode::OK, body.to_string()))
    };
    match answer.await {
        Ok(response) => Ok(response),
        Err(Refused::Values(errors)) => {
            let body = json!({ "errors": errors }).to_string();
            Ok(json_answer(StatusCode::BAD_REQUEST, body))
        }
        Err(Refused::Error(error)) => Err(asked.failed(error)),
    }
}

fn line(told: &Told) -> Value {
    let mut body = Map::new();
    body.insert("message".to_owned(), told.message.as_str().into());
    if let Some(step) = &told.step {
        body.insert("stepId".to_owned(), step.as_str().into());
    }
    if let Some(status) = told.status {
        body.insert("status".to_owned(), status.word().into());
    }
    json!({ "body": body })
}
