//! `POST …/.well-known/backstage/permissions/apply-conditions`: whether conditions hold of resources.

use super::{Refs, Results, few, word};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::http::seen::Seen;
use crate::permission::{Condition, Resource};
use crate::query::Model;
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::viewer::Viewer;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Questions {
    items: Vec<Question>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    id: String,
    resource_ref: Refs,
    resource_type: String,
    conditions: Value,
}

/// `POST` of the catalog: of what is not there, or not to be seen, nothing holds.
pub(super) async fn of_catalog(
    Seen(model): Seen,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let answer = || {
        let questions = read(&body)?;
        let mut items = Vec::new();
        for question in &questions {
            let condition = condition(question, &[Resource::CatalogEntity])?;
            let holding = condition.query().map(|query| query.select(&model));
            let holds = |text: &String| -> Result<&'static str, ApiError> {
                let number = number(&model, text)?;
                let is_held = |number| holding.as_ref().is_some_and(|it| it.contains(number));
                Ok(word(number.is_some_and(is_held)))
            };
            let results = match &question.resource_ref {
                Refs::One(text) => Results::One(holds(text)?),
                Refs::Many(texts) => {
                    Results::Many(texts.iter().map(holds).collect::<Result<_, _>>()?)
                }
            };
            items.push(json!({ "id": question.id, "result": results }));
        }
        Ok(told(&items))
    };
    answer().map_err(|error| asked.failed(error))
}

/// `POST` of the scaffolder: about tasks.
pub(super) async fn of_scaffolder(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let answer = async {
        let mut items = Vec::new();
        for question in &read(&body)? {
            let condition = condition(question, &[Resource::ScaffolderTask])?;
            let holds = async |id: &String| match &state.tasks {
                Some(tasks) => tasks.holds(&viewer, &condition, id).await.map(word),
                None => Ok(word(false)),
            };
            let results = match &question.resource_ref {
                Refs::One(id) => Results::One(holds(id).await?),
                Refs::Many(ids) => {
                    let mut results = Vec::new();
                    for id in ids {
                        results.push(holds(id).await?);
                    }
                    Results::Many(results)
                }
            };
            items.push(json!({ "id": question.id, "result": results }));
        }
        Ok(told(&items))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

fn read(body: &[u8]) -> Result<Vec<Question>, ApiError> {
    let questions: Questions = serde_json::from_slice(body)
        .map_err(|error| ApiError::invalid("body", error.to_string()))?;
    few(questions.items.iter().map(|it| Some(&it.resource_ref)))?;
    Ok(questions.items)
}

fn told(items: &[Value]) -> Response {
    json_answer(StatusCode::OK, json!({ "items": items }).to_string())
}

/// The conditions of a question, which must be about one of `known`.
fn condition(question: &Question, known: &[Resource]) -> Result<Condition, ApiError> {
    let asked = question.resource_type.as_str();
    let resource = known.iter().find(|resource| resource.name() == asked);
    let Some(resource) = resource else {
        let message = format!("Unexpected resource types: {asked}.");
        return Err(ApiError::invalid("resourceType", message));
    };
    Condition::read(&question.conditions, Some(*resource)).map_err(|fault| {
        let message = format!("conditions {}: {}", fault.path, fault.message);
        ApiError::invalid("conditions", message)
    })
}

fn number(model: &Model, text: &str) -> Result<Option<u32>, ApiError> {
    let entity_ref = EntityRef::parse(text, RefDefaults::default());
    let entity_ref =
        entity_ref.map_err(|error| ApiError::invalid("resourceRef", error.to_string()))?;
    Ok(model.number(&entity_ref.to_string()))
}
