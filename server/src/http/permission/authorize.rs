//! `POST /api/permission/authorize`: what whoever asks may do.

use super::{Refs, Results, few, word};
use crate::http::AppState;
use crate::http::answer::{Asked, Failure, json_answer};
use crate::permission::{Decision, Resource, resource_of};
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::routes::Permission;
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
    permission: Named,
    resource_ref: Option<Refs>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// `POST`: an answer to each question, in their order.
pub(super) async fn authorize(
    State(state): State<AppState>,
    Extension(viewer): Extension<Viewer>,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Failure> {
    let answer = async {
        let questions: Questions = serde_json::from_slice(&body)
            .map_err(|error| ApiError::invalid("body", error.to_string()))?;
        few(questions.items.iter().map(|it| it.resource_ref.as_ref()))?;
        let mut items: Vec<Value> = Vec::new();
        for question in &questions.items {
            let mut item = answer_to(&state, &viewer, question).await?;
            item["id"] = question.id.as_str().into();
            items.push(item);
        }
        let body = json!({ "items": items });
        Ok(json_answer(StatusCode::OK, body.to_string()))
    };
    answer.await.map_err(|error: ApiError| asked.failed(error))
}

async fn answer_to(
    state: &AppState,
    viewer: &Viewer,
    question: &Question,
) -> Result<Value, ApiError> {
    let policy = state.catalog.policy();
    let Some(permission) = Permission::named(&question.permission.name) else {
        // Nobody can have granted what is not known here.
        return Ok(json!({ "result": word(!policy.is_enabled()) }));
    };
    let decision = policy.decide(viewer, permission);
    let (condition, resource) = match (decision, resource_of(permission)) {
        (Decision::If(condition), Some(resource)) => (condition, resource),
        (decision, _) => {
            let result = word(decision == Decision::Allow);
            let results = match &question.resource_ref {
                Some(Refs::Many(refs)) => Results::Many(vec![result; refs.len()]),
                _ => Results::One(result),
            };
            return Ok(json!({ "result": results }));
        }
    };
    let Some(refs) = &question.resource_ref else {
        return Err(ApiError::invalid(
            "resourceRef",
            format!(
                "{} is granted under conditions; name a resourceRef ({})",
                permission.name(),
                condition.to_json()
            ),
        ));
    };
    let results = match refs {
        Refs::One(text) => Results::One(one(state, viewer, permission, resource, text).await?),
        Refs::Many(texts) => {
            let mut results = Vec::new();
            for text in texts {
                results.push(one(state, viewer, permission, resource, text).await?);
            }
            Results::Many(results)
        }
    };
    Ok(json!({ "result": results }))
}

/// The answer about one resource; what the viewer does not see they may do nothing to.
async fn one(
    state: &AppState,
    viewer: &Viewer,
    permission: Permission,
    resource: Resource,
    text: &str,
) -> Result<&'static str, ApiError> {
    let is_allowed = match resource {
        Resource::CatalogEntity => {
            let entity_ref = EntityRef::parse(text, RefDefaults::default());
            let entity_ref =
                entity_ref.map_err(|error| ApiError::invalid("resourceRef", error.to_string()))?;
            let is_seen = state.catalog.seen_by(viewer).get(&entity_ref).is_some();
            is_seen && state.catalog.check(viewer, permission, &entity_ref).is_ok()
        }
        Resource::ScaffolderTask => match &state.tasks {
            Some(tasks) => tasks.may_with(viewer, permission, text).await?,
            None => false,
        },
        // Of a part of a template, and of a call of an action, there is no name to ask by.
        Resource::ScaffolderTemplate | Resource::ScaffolderAction => false,
    };
    Ok(word(is_allowed))
}
